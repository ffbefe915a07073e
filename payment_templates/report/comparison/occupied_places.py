"""Refuses a new or moved resource that has the name or the place of one that stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.facts.custom_names import ONCE_IN_REGION
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import is_same
from payment_templates.report.comparison.name_matching import (
    has_name_of,
    name_property,
)
from payment_templates.report.comparison.place_index import PlaceIndex, properties_key
from payment_templates.report.comparison.slot_matching import RECORD, listed, shared_place, slots_of
from payment_templates.report.comparison.values import written

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.report.comparison.change import ResourceChange

_ONCE = "a region has only one {type}: the template has {other} too"
_RECORD = "{other} is the same record: it already exists. Keep one of the two"
_NAME = "{other} has the same {name}, {value}: it already exists. Give one of them another name"
_PLACE = "{other} has the same {properties}: {error}. Give one of them another value"
# What AWS accepts twice, such as a policy of a topic.
_OVERWRITTEN = (
    "{other} has the same {properties}, and there can be only one: the update fails, or what "
    "CloudFormation writes last overwrites the other. Keep one of the two"
)


def refuse_occupied_places(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Refuse each change after which two resources have what can belong to only one."""
    index = PlaceIndex(after.resources.values(), after.region)
    for change in [*found.values()]:
        new = after.resources.get(change.logical_id)
        if new is None or change.effect is Effect.REFUSED:
            continue
        for other in index.candidates(new):
            if other.logical_id == new.logical_id:
                continue
            conflict = _conflict(new, other, after.region)
            both = conflict and coexist(new.logical_id, other.logical_id, after)
            if conflict and both and not _had(new, other, before):
                effect, why = conflict
                found[new.logical_id] = replace(change, effect=effect, why=why)
                break


def _had(new: StackResource, other: StackResource, before: Stack) -> bool:
    """Return whether both resources have what can belong to one before the update too."""
    former, holder = (before.resources.get(it.logical_id) for it in (new, other))
    return bool(former and holder and _conflict(former, holder, before.region))


def coexist(one: str, other: str, stack: Stack) -> bool:
    """Return whether both resources exist: two undecided conditions may exclude each other."""
    if any(stack.resources[it].created is True for it in (one, other)):
        return True
    declared = stack.template.resources
    return declared[one].condition == declared[other].condition


def _conflict(new: StackResource, other: StackResource, region: str) -> tuple[Effect, str] | None:
    """Return what the update does because both resources have the same name or place, and why."""
    if new.type in ONCE_IN_REGION:
        return Effect.REFUSED, _ONCE.format(type=new.type, other=other.logical_id)
    if has_name_of(new, other):
        name = name_property(new.type)
        value = written(new.properties.entries.get(name))
        text = _RECORD if new.type == RECORD else _NAME
        return Effect.REFUSED, text.format(other=other.logical_id, name=name, value=value)
    for slot in slots_of(new.type, region) if new.type == other.type else ():
        if shared := shared_place(slot, other, new, ()):
            words = {"other": other.logical_id, "properties": listed(shared), "error": slot.error}
            if slot.error:
                return Effect.REFUSED, _PLACE.format(**words)
            if not slot.counted_once and not _is_twice(new, other):
                return Effect.UNDONE, _OVERWRITTEN.format(**words)
    return None


def _is_twice(new: StackResource, other: StackResource) -> bool:
    """Return whether two resources certainly have the same properties."""
    texts = [it.derived(properties_key) for it in (new, other)]
    if None not in texts and texts[0] != texts[1]:
        return False
    return is_same(new.properties.entries, other.properties.entries)
