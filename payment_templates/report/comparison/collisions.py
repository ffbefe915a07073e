"""Finds the changes that CloudFormation refuses because a new resource meets an old one.

CloudFormation creates new resources before it deletes old ones, in the status
UPDATE_COMPLETE_CLEANUP_IN_PROGRESS:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.facts.custom_names import CUSTOM_NAMES, ONCE_IN_REGION, SHAREABLE
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.exchanges import refuse_exchanges
from payment_templates.report.comparison.inline_policies import KEEPING, undo_inline_policies
from payment_templates.report.comparison.name_matching import (
    has_name_of,
    name_property,
)
from payment_templates.report.comparison.network_changes import refuse_network_changes
from payment_templates.report.comparison.occupied_places import refuse_occupied_places
from payment_templates.report.comparison.parent_lists import (
    refuse_entries_of_lists,
    undo_moves_into_lists,
)
from payment_templates.report.comparison.place_index import PlaceIndex
from payment_templates.report.comparison.slot_matching import RECORD, listed, shared_place, slots_of
from payment_templates.report.comparison.target_groups import LEAVING, refuse_target_groups
from payment_templates.report.comparison.values import written
from payment_templates.report.comparison.volume_attachments import refuse_volume_attachments

if TYPE_CHECKING:
    from collections.abc import Collection

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.report.comparison.change import ResourceChange

# "CloudFormation cannot update a stack when a custom-named resource requires replacing":
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
_CUSTOM_NAME = "CloudFormation cannot replace a resource whose {name} stays the same: rename it too"
# github.com/aws/aws-cdk/issues/12564: the creation fails; or it takes the record over, and the
# cleanup deletes it: github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/364.
_SAME_RECORD = (
    "it is the record of {old} under a new logical ID: the update fails, or deletes the record at "
    "its end; keep the logical ID"
)
_SAME_NAME = (
    "{old} has the {name} {value}, and CloudFormation creates new resources before it deletes old "
    "ones: already exists. {advice}"
)
# By whether the logical ID is new.
_ADVICE_NAME = {
    True: "Keep the logical ID, or give it another name",
    False: "Free the name in an earlier update",
}
_ADVICE_SLOT = {
    True: "Keep the logical ID, or give it another value",
    False: "Free the place in an earlier update",
}
_ADVICE_UNDONE = {True: "Keep the logical ID", False: "Free the place in an earlier update"}
_SAME_SLOT = (
    "{old} has the same {properties}, and CloudFormation creates new resources before it deletes "
    "old ones: {error}. {advice}"
)
_OWN_SLOT = (
    "CloudFormation creates the new one before it deletes the old one, which has the same "
    "{properties}: {error}. Change that too, or do it in two updates"
)
_UNDONE = (
    "{old} has the same {properties}, and there can be only one: the update deletes it at its end, "
    "with {old}, unless it fails before. {advice}"
)
_UNDONE_ITSELF = (
    "there can be only one with this {properties}: the deletion of the old one, at the end of the "
    "update, may remove the new one too. Check afterwards that it exists, or remove the old one in "
    "an earlier update"
)
_ONCE = (
    "a region has only one {type}, and CloudFormation creates new resources before it deletes {old}"
    ". Keep the logical ID"
)


def refuse_collisions(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Refuse each change that meets a resource which exists until the end of the update."""
    renewed = {
        change.logical_id
        for change in found.values()
        if change.effect in {Effect.REPLACED, Effect.MAY_REPLACE}
    }
    # First, so that a load balancer which cannot keep its name does not hide its target groups.
    refuse_target_groups(found, before, after)
    _refuse_own_names(found, after)
    undo_moves_into_lists(found, before, after)
    holders = {it.logical_id: it for it in found.values() if it.effect in LEAVING}
    index = PlaceIndex([before.resources[name] for name in holders], before.region)
    for change in [*found.values()]:
        new = after.resources.get(change.logical_id)
        if new is None or change.effect is Effect.REFUSED:
            continue
        for old in index.candidates(new):
            other = holders[old.logical_id]
            refused = _refused(change, new, old, before, renewed)
            if refused is None or (refused.effect is Effect.UNDONE and _is_kept(other, old)):
                continue
            found[new.logical_id] = refused
            if refused.effect is Effect.REFUSED and other.effect is Effect.REMOVED:
                # Nothing is removed: CloudFormation rolls the update back.
                found.pop(old.logical_id, None)
    refuse_occupied_places(found, before, after)
    refuse_entries_of_lists(found, before, after)
    undo_inline_policies(found, before, after)
    refuse_network_changes(found, before, after)
    refuse_volume_attachments(found, before, after)
    refuse_exchanges(found, before, after, renewed)


def _is_kept(change: ResourceChange, old: StackResource) -> bool:
    """Return whether a removed resource stays in the account, so that nothing deletes it."""
    return change.effect is Effect.REMOVED and old.deletion_policy in KEEPING


def _refuse_own_names(found: dict[str, ResourceChange], after: Stack) -> None:
    """Refuse to replace a resource that keeps its custom name."""
    for change in [*found.values()]:
        new = after.resources.get(change.logical_id)
        if new is None or change.effect is not Effect.REPLACED or new.type in SHAREABLE:
            continue
        name = CUSTOM_NAMES.get(new.type, "")
        kept = name in new.properties.entries
        if kept and all(it.path != name for it in change.properties):
            why = _CUSTOM_NAME.format(name=name)
            found[new.logical_id] = replace(change, effect=Effect.REFUSED, why=why)


def _refused(
    change: ResourceChange,
    new: StackResource,
    old: StackResource,
    before: Stack,
    renewed: Collection[str],
) -> ResourceChange | None:
    """Return the change of a new resource that meets an old one; None if it does not."""
    itself = old.logical_id == new.logical_id
    arrives = change.effect in {Effect.ADDED, Effect.REPLACED}
    former = before.resources.get(new.logical_id)
    is_new = former is None
    if arrives and not itself and (why := _same_name(old, new, is_new=is_new)):
        return replace(change, effect=Effect.REFUSED, why=why)
    for slot in slots_of(new.type, before.region) if old.type == new.type else ():
        shared = shared_place(slot, old, new, renewed)
        # A resource that changes in place and had the slot before keeps it.
        if not shared or not (arrives or (former and not shared_place(slot, former, new, ()))):
            continue
        words = {"old": old.logical_id, "properties": listed(shared), "error": slot.error}
        if not slot.error:
            text, advice = _UNDONE_ITSELF if itself else _UNDONE, _ADVICE_UNDONE[is_new]
            return replace(change, effect=Effect.UNDONE, why=text.format(**words, advice=advice))
        text = _OWN_SLOT if itself else _SAME_SLOT
        why = text.format(**words, advice=_ADVICE_SLOT[is_new])
        return replace(change, effect=Effect.REFUSED, why=why)
    return None


def _same_name(old: StackResource, new: StackResource, *, is_new: bool) -> str:
    """Say why a resource cannot have the name of an old one; "" if it has another."""
    if new.type in ONCE_IN_REGION:
        return _ONCE.format(type=new.type, old=old.logical_id)
    if not has_name_of(new, old):
        return ""
    if new.type == RECORD:
        return _SAME_RECORD.format(old=old.logical_id)
    name = name_property(new.type)
    value = written(new.properties.entries.get(name))
    return _SAME_NAME.format(
        old=old.logical_id, name=name, value=value, advice=_ADVICE_NAME[is_new]
    )
