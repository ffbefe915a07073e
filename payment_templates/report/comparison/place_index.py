"""Indexes resources by their names and places, so that not every pair has to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from ipaddress import ip_network
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from payment_templates.cloudformation import Unknown
from payment_templates.cloudformation.values import name_of
from payment_templates.facts.custom_names import ONCE_IN_REGION
from payment_templates.report.comparison.differences import entries, is_list
from payment_templates.report.comparison.name_matching import name_key, types_with_names_of
from payment_templates.report.comparison.slot_matching import place_of, slots_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from payment_templates.cloudformation import StackResource, Value

_Key: TypeAlias = "tuple[object, ...]"


class PlaceIndex:
    """Finds the resources that may have the name or a place of another one.

    Only those are worth a comparison: the others certainly share neither.
    """

    def __init__(self, resources: Iterable[StackResource], region: str) -> None:
        self._keys_in_region = _keys_in(region)
        self._resources = tuple(resources)
        self._positions: dict[_Key, list[int]] = {}
        for position, resource in enumerate(self._resources):
            for key in resource.derived(self._keys_in_region).own:
                self._positions.setdefault(key, []).append(position)

    def candidates(self, resource: StackResource) -> list[StackResource]:
        """Return the resources that may share something with a resource, in their order."""
        keys = resource.derived(self._keys_in_region).sought
        found = {position for key in keys for position in self._positions.get(key, ())}
        return [self._resources[position] for position in sorted(found)]


class _Keys(NamedTuple):
    """Two resources can share a name or a place only if one seeks a key that the other has."""

    own: tuple[_Key, ...]
    sought: tuple[_Key, ...]


class _Part(NamedTuple):
    """A part of a key: blocks of addresses that overlap have different ones."""

    own: object
    sought: object


def comparable(value: Value) -> str | None:
    """Return a text that is equal for values that may be the same; None if there is none.

    Neither case nor a final dot counts.
    """
    if isinstance(value, float) or (isinstance(value, Unknown) and len(value.choices) == 1):
        # These equal what is written otherwise, such as the text "1.0" and the choice.
        return None
    if isinstance(value, Mapping):
        parts = [part for name in sorted(value) for part in (name, value[name])]
        return _comparable(parts)
    if is_list(value):
        return _comparable(entries(value))
    name = name_of(value)
    return None if name is None else name.lower().rstrip(".")


def properties_key(resource: StackResource) -> str | None:
    """Return a text that is equal for resources whose properties may be the same."""
    return comparable(resource.properties.entries)


def _comparable(values: Iterable[Value]) -> str | None:
    texts = [comparable(value) for value in values]
    known = [text for text in texts if text is not None]
    return "".join(f"{len(text)}:{text}" for text in known) if len(known) == len(texts) else None


@cache
def _keys_in(region: str) -> Callable[[StackResource], _Keys]:
    return partial(_keys, region=region)


def _keys(resource: StackResource, region: str) -> _Keys:
    same: list[_Key] = []
    if resource.type in ONCE_IN_REGION:
        same.append(("once", resource.type))
    if (name := name_key(resource)) is not None:
        same.append(("name", types_with_names_of(resource.type), name))
    own, sought = [*same], [*same]
    for number, slot in enumerate(slots_of(resource.type, region)):
        place = place_of(slot, resource)
        if place is None:
            continue
        identity = (resource.type, number)
        parts = [
            _parts(value, overlapping=name in slot.overlapping)
            for name, value in place.values.items()
        ]
        known = [part for part in parts if part is not None]
        own.append((*identity, "all"))
        sought.append((*identity, "unclear"))
        if len(known) < len(parts):
            own.append((*identity, "unclear"))
            sought.append((*identity, "all"))
            continue
        for chosen in product(*known):
            own.append((*identity, *(part.own for part in chosen)))
            sought.append((*identity, *(part.sought for part in chosen)))
    return _Keys(own=tuple(own), sought=tuple(sought))


def _parts(value: Value, *, overlapping: bool) -> list[_Part] | None:
    """Return the parts of a key for the value of a property; None if it may equal any other."""
    text = comparable(value)
    if text is None:
        return None
    if overlapping and isinstance(value, str) and (blocks := _blocks(value)):
        # The block inside a larger one, and the larger block around it.
        around = [_Part(own=("in", it), sought=("is", it)) for it in blocks]
        return [*around, _Part(own=("is", blocks[0]), sought=("in", blocks[0]))]
    found = [_Part(own=text, sought=text)]
    for entry in entries(value) if overlapping else ():
        one = comparable(entry)
        found.append(_Part(own=("entry", one), sought=("entry", one)))
    return found


def _blocks(value: str) -> list[_Key]:
    """Return a block of addresses and all that contain it, the smallest first; [] for others."""
    try:
        block = ip_network(value, strict=False)
    except ValueError:
        return []
    first, unused = int(block.network_address), block.max_prefixlen - block.prefixlen
    return [(block.version, bits, first >> bits) for bits in range(unused, block.max_prefixlen + 1)]
