"""Refuses a second attachment of an EBS volume, as long as the first one exists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import equal
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import is_same
from payment_templates.report.comparison.occupied_places import coexist
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.report.comparison.change import ResourceChange

_ATTACHMENT, _VOLUME = "AWS::EC2::VolumeAttachment", "AWS::EC2::Volume"
_ARRIVES = {Effect.ADDED, Effect.REPLACED, Effect.MAY_REPLACE}
_LEAVES = {Effect.REMOVED, Effect.REPLACED, Effect.MAY_REPLACE}
# VolumeInUse: github.com/hashicorp/terraform/pull/11060. The second instance of an update:
# github.com/anarthal/servertech-chat/issues/52.
_IN_USE = "the volume is already attached to an instance (VolumeInUse): {other}. {advice}"
_MAY_FAIL = "the update may fail: {why}"
# CloudFormation creates new resources before it deletes old ones: see `collisions`.
_OLD = "{name} exists until the end of the update"
_BESIDE = "by {name}"
_ADVICE_OLD = "Detach it in an earlier update"
_ADVICE_BESIDE = "Keep one of the two, or enable Multi-Attach"


def refuse_volume_attachments(
    found: dict[str, ResourceChange], before: Stack, after: Stack
) -> None:
    """Refuse each new attachment of a volume that another one holds."""
    for change in [*found.values()]:
        new = after.resources.get(change.logical_id)
        if new is None or new.type != _ATTACHMENT or change.effect not in _ARRIVES:
            continue
        volume = new.properties.entries.get("VolumeId")
        shares = _is_shared(volume, before, after)
        why = next(_holders(new, volume, found, before, after), "")
        if not why or shares is True:
            continue
        if shares is None or change.effect is Effect.MAY_REPLACE:
            found[new.logical_id] = replace(change, why=_MAY_FAIL.format(why=why))
        else:
            found[new.logical_id] = replace(change, effect=Effect.REFUSED, why=why)
            for old in _attachments(volume, before):
                other = found.get(old.logical_id)
                if other and other.effect is Effect.REMOVED:
                    # Nothing is removed: CloudFormation rolls the update back.
                    del found[old.logical_id]


def _holders(
    new: StackResource,
    volume: Value,
    found: dict[str, ResourceChange],
    before: Stack,
    after: Stack,
) -> Iterator[str]:
    """Say which other attachments hold the volume while the new one is created."""
    arriving = {it.logical_id for it in found.values() if it.effect in _ARRIVES}
    if volume is None or not arriving.isdisjoint(mentioned(volume)):
        # Its volume is, or may be, another one.
        return
    for old in _attachments(volume, before):
        change = found.get(old.logical_id)
        if change and change.effect in {*_LEAVES, Effect.REFUSED}:
            itself = old.logical_id == new.logical_id
            said = _OLD.format(name=f"the old {old.logical_id}" if itself else old.logical_id)
            yield _IN_USE.format(other=said, advice=_ADVICE_OLD)
    for other in _attachments(volume, after):
        itself = other.logical_id == new.logical_id
        if not itself and coexist(new.logical_id, other.logical_id, after):
            said = _BESIDE.format(name=other.logical_id)
            yield _IN_USE.format(other=said, advice=_ADVICE_BESIDE)


def _attachments(volume: Value, stack: Stack) -> list[StackResource]:
    return [
        it
        for it in stack.of_type(_ATTACHMENT)
        if is_same(it.properties.entries.get("VolumeId"), volume)
    ]


def _is_shared(volume: Value, before: Stack, after: Stack) -> bool | None:
    """Return whether several instances may have a volume; None if its template leaves it open."""
    if len(_attachments(volume, before)) > 1:
        return True
    for name in mentioned(volume):
        if resource := after.of(name, _VOLUME):
            enabled = resource.properties.entries.get("MultiAttachEnabled")
            return False if enabled is None else equal(enabled, "true")
    return False
