"""Refuses a mount target in a zone in which its file system has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.network_changes import ONE_MOUNT_TARGET
from payment_templates.report.comparison.differences import is_same
from payment_templates.report.comparison.network_update import (
    NetworkUpdate,
    Verdict,
    are_same_zone,
    vpcs_of,
    zone_of,
)
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource, Value

MOUNT_TARGET = "AWS::EFS::MountTarget"
_MOUNTED = "{error}: {old} exists until the end of the update. Remove it in an earlier update"
_PERHAPS_MOUNTED = (
    "the update may fail: {error}, and {old} may be in this zone until the end of the update"
)


def mount_targets(new: StackResource, update: NetworkUpdate) -> Iterator[Verdict]:
    """Yield why a file system gets no second mount target in a zone."""
    system, subnet = (new.properties.entries.get(it) for it in ("FileSystemId", "SubnetId"))
    if not update.renewed.isdisjoint(mentioned(system)):
        return
    for other in update.before.of_type(MOUNT_TARGET):
        theirs = other.properties.entries.get("SubnetId")
        if is_same(other.properties.entries.get("FileSystemId"), system):
            same = _in_one_zone(theirs, subnet, update)
            if same is not False:
                itself = other.logical_id == new.logical_id
                name = f"the old {other.logical_id}" if itself else other.logical_id
                text = _MOUNTED if same else _PERHAPS_MOUNTED
                yield Verdict(why=text.format(error=ONE_MOUNT_TARGET, old=name), refused=bool(same))


def _in_one_zone(old: Value, new: Value, update: NetworkUpdate) -> bool | None:
    """Return whether AWS takes two subnets for those of one zone, or of two VPCs."""
    if is_same(old, new) and update.renewed.isdisjoint(mentioned(new)):
        return True
    vpcs = [[*vpcs_of([it], stack)] for it, stack in ((old, update.before), (new, update.after))]
    if any(update.is_other_vpc(one, other) for one in vpcs[0] for other in vpcs[1]):
        return True
    return are_same_zone(zone_of(old, update.before), zone_of(new, update.after))
