"""Finds the subnets that cannot leave their group, because a database is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import equal
from payment_templates.facts.data_loss import IN_CLUSTER
from payment_templates.facts.network_changes import SUBNET_GROUPS
from payment_templates.report.comparison.network_update import (
    NetworkUpdate,
    Verdict,
    are_same_zone,
    named,
    values_at,
    zone,
    zone_of,
)
from payment_templates.report.comparison.slot_matching import listed
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value


_IN_USE = (
    "AWS does not remove a subnet that is in use ({error}): {users} {verb} in {subnets}. Keep the "
    "subnet in the group until nothing is in it"
)
_PERHAPS_IN_USE = (
    "AWS does not remove a subnet that is in use ({error}), and {users} may be in {subnets}: the "
    "template does not say in which zone. Keep the subnet in the group until nothing is in it"
)
_PERHAPS_REPLACED = (
    "the update may fail: if it replaces {subnets}, AWS does not remove the old subnet from the "
    "group while it is in use ({error})"
)
_USED_ELSEWHERE = (
    "the update may fail: AWS does not remove a subnet that is in use ({error}), and something "
    "outside the template may be in {subnets}"
)


def subnets_in_use(
    old: StackResource, new: StackResource, update: NetworkUpdate
) -> Iterator[Verdict]:
    """Yield why subnets cannot leave their group."""
    error = SUBNET_GROUPS[new.type].in_use
    perhaps = [
        it
        for it in values_at(new, "SubnetIds")
        if not update.perhaps_renewed.isdisjoint(mentioned(it))
    ]
    if perhaps:
        text = _PERHAPS_REPLACED.format(error=error, subnets=listed(named(perhaps)))
        yield Verdict(why=text, refused=False)
    dropped = update.dropped(old, new, "SubnetIds")
    if not dropped:
        return
    if not _has_users(old, update.before):
        text = _USED_ELSEWHERE.format(error=error, subnets=listed(named(dropped)))
        yield Verdict(why=text, refused=False)
    for text, wanted in ((_IN_USE, True), (_PERHAPS_IN_USE, None)):
        users = [
            (user, subnet)
            for subnet in dropped
            for user, is_in in _users_of(old, subnet, update.before)
            if is_in is wanted
        ]
        if users:
            names = [*dict.fromkeys(user for user, _ in users)]
            subnets = [*dict.fromkeys(named(subnet for _, subnet in users))]
            words = {"users": listed(names), "verb": _is_or_are(names), "subnets": listed(subnets)}
            yield Verdict(why=text.format(error=error, **words))
            return


def _is_or_are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _users_of(
    group: StackResource, subnet: Value, stack: Stack
) -> Iterator[tuple[str, bool | None]]:
    """Yield what may be in a subnet of a group, and whether it certainly is (None: unsure)."""
    for user in _users(group, stack):
        is_in = are_same_zone(zone(_zone(user), stack), zone_of(subnet, stack))
        if is_in is None and _is_in_another(user, group, subnet):
            continue
        if is_in is not False:
            yield user.logical_id, is_in


def _has_users(group: StackResource, stack: Stack) -> bool:
    """Return whether a resource of the stack uses a group."""
    return next(_users(group, stack), None) is not None


def _users(group: StackResource, stack: Stack) -> Iterator[StackResource]:
    """Yield the resources in a group's subnets: instances instead of their cluster."""
    named = SUBNET_GROUPS[group.type].users
    direct = [
        it
        for it in stack.of_type(*named)
        if stack.logical_id(it.properties.entries.get(named[it.type]), group.type)
        == group.logical_id
    ]
    for user in direct:
        members = [*_members(user, stack)]
        yield from members or [user]


def _members(cluster: StackResource, stack: Stack) -> Iterator[StackResource]:
    for it in stack.of_type(*IN_CLUSTER):
        value = it.properties.entries.get(IN_CLUSTER[it.type])
        if stack.logical_id(value, cluster.type) == cluster.logical_id:
            yield it


def _is_in_another(user: StackResource, group: StackResource, subnet: Value) -> bool:
    """Return whether an instance is in the zone of another subnet of the group."""
    named = {*mentioned(_zone(user))}
    others = {*mentioned(group.properties.entries.get("SubnetIds"))} - {*mentioned(subnet)}
    return not named.isdisjoint(others)


def _zone(user: StackResource) -> Value:
    """Return what says in which zone an instance is; None if it may be in several."""
    properties = user.properties.entries
    several = equal(properties.get("MultiAZ", "false"), "false") is not True
    return None if several else properties.get("AvailabilityZone")
