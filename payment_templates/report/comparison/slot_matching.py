"""Finds the place that two resources share, such as a port of a load balancer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from ipaddress import ip_network
from typing import TYPE_CHECKING, NamedTuple

from payment_templates.cloudformation import Text, equal
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.cloudformation.values import joined
from payment_templates.facts.custom_names import CUSTOM_NAMES
from payment_templates.facts.slots import SLOTS, Slot
from payment_templates.report.comparison.differences import entries, is_same
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from payment_templates.cloudformation import StackResource, Value

RECORD = "AWS::Route53::RecordSet"


@cache
def slots_of(resource_type: str, region: str) -> tuple[Slot, ...]:
    """Return the slots of a type: the identifier that a template sets, and those of the facts."""
    schema = resource_schema(resource_type, region)
    slots = SLOTS.get(resource_type, ())
    if schema and resource_type != RECORD and resource_type not in CUSTOM_NAMES:
        identifier = schema.primary_identifier
        if identifier and not {*identifier} & schema.read_only:
            return (Slot(properties=identifier, error="already exists in the stack"), *slots)
    return slots


class Place(NamedTuple):
    """What a resource has in a slot."""

    # By property, also the optional ones; None if it is absent and has no default.
    values: Mapping[str, Value]
    # The properties that the resource sets.
    given: frozenset[str]
    # The resources that the values refer to.
    mentions: frozenset[str]


def shared_place(
    slot: Slot, old: StackResource, new: StackResource, renewed: Collection[str]
) -> tuple[str, ...]:
    """Return the properties of a slot that both resources have; empty if it is not the same."""
    one, other = place_of(slot, old), place_of(slot, new)
    # A reference to a replaced resource has another value in the new one.
    if one is None or other is None or (renewed and not other.mentions.isdisjoint(renewed)):
        return ()
    known = tuple(name for name in one.values if name in one.given or name in other.given)
    meets = all(_meets(slot, name, one.values[name], other.values[name]) for name in known)
    return known if meets and _is_within(slot, old, new) else ()


def place_of(slot: Slot, resource: StackResource) -> Place | None:
    """Return the place of a resource in a slot; None if it has none."""
    return resource.derived(_reader(slot))


@cache
def _reader(slot: Slot) -> Callable[[StackResource], Place | None]:
    return partial(_place, slot)


def _place(slot: Slot, resource: StackResource) -> Place | None:
    properties = resource.properties.entries
    values = {
        name: at(properties, name) if "." in name else properties.get(name)
        for name in (*slot.properties, *slot.optional)
    }
    values |= {name: dns_name(values[name]) for name in slot.dns_names}
    given = frozenset(name for name, value in values.items() if value is not None)
    if not {*slot.properties} <= given or not _has_slot(slot, properties):
        return None
    defaults = dict(slot.defaults)
    return Place(
        values={n: defaults.get(n) if value is None else value for n, value in values.items()},
        given=given,
        mentions=frozenset(mentioned([*values.values()])),
    )


def _is_within(slot: Slot, old: StackResource, new: StackResource) -> bool:
    """Return whether two resources of different logical IDs have what contains the slot."""
    sides = (old.properties.entries, new.properties.entries)
    itself = old.logical_id == new.logical_id
    return itself or all(is_same(*(it.get(name) for it in sides)) for name in slot.within)


def dns_name(value: Value) -> Value:
    """Return a name of DNS in lower case and without a final dot: both name the same."""
    if isinstance(value, str):
        return value.removesuffix(".").lower()
    if not isinstance(value, Text):
        return value
    parts = [it.lower() if isinstance(it, str) else it for it in value.parts]
    last = parts[-1]
    return joined([*parts[:-1], last.removesuffix(".") if isinstance(last, str) else last])


def at(value: Value, path: str) -> Value:
    """Return the value at a path such as "A.B"; of a list, those of its entries."""
    if not path:
        return value
    if isinstance(value, Mapping):
        name, _, rest = path.partition(".")
        return at(value.get(name), rest)
    found = [at(entry, path) for entry in entries(value)]
    return [it for it in found if it is not None] or None


def _meets(slot: Slot, name: str, left: Value, right: Value) -> bool:
    """Return whether the values of a property of two resources are the same, or overlap."""
    if name in slot.overlapping:
        return _overlap(left, right)
    if name in slot.without_case and isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    return is_same(left, right)


def _has_slot(slot: Slot, properties: Mapping[str, Value]) -> bool:
    """Return whether a resource with these properties has what the slot asks for."""
    if slot.containing:
        (name,) = slot.properties
        holder = properties.get(name)
        if isinstance(holder, Mapping) and not holder.get(slot.containing):
            return False
    return all(equal(properties.get(name), wanted) is True for name, wanted in slot.only_with)


def _overlap(left: Value, right: Value) -> bool:
    """Return whether two blocks of addresses, or two lists, have something in common."""
    if is_same(left, right):
        return True
    if isinstance(left, str) and isinstance(right, str):
        try:
            one, other = ip_network(left, strict=False), ip_network(right, strict=False)
        except ValueError:
            return False
        return one.version == other.version and one.overlaps(other)
    return any(is_same(one, other) for one in entries(left) for other in entries(right))


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
