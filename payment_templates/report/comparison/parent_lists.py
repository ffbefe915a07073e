"""Finds what a resource and a list of its parent both have, such as a rule of a security group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.facts.slots import PARENT_LISTS
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import entries, is_same
from payment_templates.report.comparison.inline_policies import KEEPING
from payment_templates.report.comparison.slot_matching import listed
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.report.comparison.change import ResourceChange

_MOVED = (
    "its {entries} has the {names} of {old}, and there can be only one: the update deletes it at "
    "its end, with {old}. Keep {old}"
)
_TWICE = "{parent} has it in its {entries} too: {error}. Remove it from one of them"


def undo_moves_into_lists(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Mark the parents whose lists get what a removed resource had."""
    for change in [*found.values()]:
        if change.effect is not Effect.REMOVED or change.type not in PARENT_LISTS:
            continue
        old = before.resources[change.logical_id]
        for parent in _parents(old, after) if old.deletion_policy not in KEEPING else ():
            known = found.get(parent.logical_id)
            if known and known.effect in {Effect.IN_PLACE, Effect.INTERRUPTION}:
                words = {
                    "entries": PARENT_LISTS[old.type].entries,
                    "names": listed(_names(old)),
                    "old": old.logical_id,
                }
                found[parent.logical_id] = replace(
                    known, effect=Effect.UNDONE, why=_MOVED.format(**words)
                )


def refuse_entries_of_lists(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Refuse the new resources that AWS has already, from a list of their parent."""
    for change in [*found.values()]:
        place = PARENT_LISTS.get(change.type)
        if not place or not place.error or change.effect not in {Effect.ADDED, Effect.REPLACED}:
            continue
        former = before.resources.get(change.logical_id)
        if former and [*_parents(former, before)]:
            continue
        for parent in _parents(after.resources[change.logical_id], after):
            words = {"parent": parent.logical_id, "entries": place.entries, "error": place.error}
            if parent.created is True:
                why = _TWICE.format(**words)
                found[change.logical_id] = replace(change, effect=Effect.REFUSED, why=why)


def _names(resource: StackResource) -> list[str]:
    names = PARENT_LISTS[resource.type].names
    return [it for it in names if it in resource.properties.entries]


def _parents(resource: StackResource, stack: Stack) -> Iterator[StackResource]:
    """Yield the parents of a resource that have it in their lists too."""
    place, wanted = PARENT_LISTS[resource.type], resource.properties.entries
    for name in mentioned(wanted.get(place.parent)):
        parent = stack.of(name, place.kind)
        for entry in entries(parent.properties.entries.get(place.entries)) if parent else ():
            same = isinstance(entry, Mapping) and all(
                is_same(entry.get(it), wanted.get(it)) for it in place.names
            )
            if same and parent:
                yield parent
                break
