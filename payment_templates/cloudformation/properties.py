"""Reads evaluated properties by the expected type of value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation.errors import UnexpectedValueError, UnknownValueError
from payment_templates.cloudformation.values import (
    Reference,
    Text,
    Unknown,
    Value,
    scalar_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The key in an object for the unknown entries that a macro adds.
FURTHER = "Fn::Transform"


# Returns AWS's default for an absent property, given its path and the other properties.
Default: TypeAlias = "Callable[[str, Mapping[str, Value]], Value]"


# Compared by identity: stacks share the resources that their parameters do not change.
@dataclass(frozen=True, kw_only=True, eq=False)
class Properties:
    """An evaluated object with its place in the template.

    Every reader raises UnknownValueError for an unknown value and UnexpectedValueError for a value
    of the wrong type; only `get` returns any value. With `default`, the readers of scalars return
    AWS's default for an absent property; `get`, `in` and `entries` still follow the template.
    """

    place: str
    entries: Mapping[str, Value]
    default: Default | None = None
    # The path of the entries below the properties of their resource: `Matcher.`
    path: str = ""

    def __contains__(self, name: str) -> bool:
        value = self.entries.get(name)
        if isinstance(value, Unknown) and not value.may_be_absent:
            return True
        return self._entry(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def get(self, name: str) -> Value:
        """Return the value unchanged, None when absent."""
        found = self.entries.get(name)
        return self.entries.get(FURTHER) if found is None else found

    def text(self, name: str) -> str:
        """Return a scalar as text, empty when absent; references are written as `${Logical.Id}`."""
        value = self.entries.get(name)
        # First, because most values are text and this runs often.
        if isinstance(value, str):
            return value
        return _text(self._or_default(name), self._place(name))

    def number(self, name: str, default: float = 0) -> float:
        """Return a number, which may be written as text."""
        value = self._or_default(name)
        try:
            number = float(_text(default if value is None else value, self._place(name)))
        except ValueError as error:
            if isinstance(error, UnexpectedValueError):
                raise
            number = nan
        if not isfinite(number):
            raise UnexpectedValueError(self._place(name), f"{value} is not a number")
        return number

    def whole(self, name: str, default: int = 0) -> int:
        """Return a whole number, such as a count or a port."""
        number = self.number(name, default)
        if not number.is_integer():
            raise UnexpectedValueError(self._place(name), f"{number:g} is not a whole number")
        return int(number)

    def flag(self, name: str) -> bool:
        """Return whether a property is true, which may be written as text; absent is false."""
        return self.text(name).lower() == "true"

    def reference(self, name: str) -> Reference | None:
        """Return the reference of a property, None when it is absent or refers to no resource."""
        value = self._entry(name)
        return value if isinstance(value, Reference) else None

    def target(self, name: str) -> str:
        """Return the logical ID that a property refers to, or ""."""
        found = self.reference(name)
        return found.logical_id if found else ""

    def values(self, name: str) -> Sequence[Value]:
        """Return a list, also for a single value, with its entries unchanged."""
        return listed(self._entry(name))

    def targets(self, name: str) -> tuple[str, ...]:
        """Return the logical IDs that the entries of a list refer to."""
        entries = self._known(name)
        return tuple(entry.logical_id for entry in entries if isinstance(entry, Reference))

    def identity(self, name: str) -> str:
        """Return the logical ID that a property refers to, or else its text."""
        return self.target(name) or self.text(name)

    def identities(self, name: str) -> tuple[str, ...]:
        """Return for each entry of a list the logical ID that it refers to, or else its text."""
        place = self._place(name)
        return tuple(
            entry.logical_id if isinstance(entry, Reference) else _text(entry, place)
            for entry in self.values(name)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list, also for a single value, as texts."""
        return tuple(_text(entry, self._place(name)) for entry in self.values(name))

    def child(self, name: str) -> Properties:
        """Return an object, empty when absent."""
        value = self._entry(name)
        return self._below(name, {} if value is None else value)

    def children(self, name: str) -> tuple[Properties, ...]:
        """Return the objects of a list, also for a single object."""
        return tuple(self._below(name, entry) for entry in self.values(name))

    def below(self, path: str) -> tuple[Properties, ...]:
        """Return the objects at a path such as `Targets.EcsParameters`, for every list entry."""
        found: tuple[Properties, ...] = (self,)
        for name in path.split(".") if path else ():
            found = tuple(child for each in found for child in each.children(name))
        return found

    def every(self, path: str) -> Iterator[Value]:
        """Return the values at a path such as Replicas.Region, unchanged: one for each replica."""
        name, _, rest = path.partition(".")
        if not rest:
            yield self.get(name)
            return
        for child in self.children(name):
            yield from child.every(rest)

    def pairs(self, name: str, *, key: str = "Key") -> dict[str, str]:
        """Return a list of named values, such as tags, as a dictionary."""
        return {pair.text(key): pair.text("Value") for pair in self.children(name)}

    def attributes(self, name: str) -> Properties:
        """Return a list of named values, such as a load balancer's attributes, as an object."""
        return self._below(name, self.pairs(name))

    def _below(self, name: str, value: Value) -> Properties:
        found = properties_of(value, self._place(name))
        if self.default is None:
            return found
        return replace(found, default=self.default, path=f"{self.path}{name}.")

    def _or_default(self, name: str) -> Value:
        value = self._entry(name)
        if value is None and self.default is not None:
            return self.default(f"{self.path}{name}", self.entries)
        return value

    def _place(self, name: str) -> str:
        return f"{self.place}.{name}"

    def _entry(self, name: str) -> Value:
        value = self.get(name)
        if isinstance(value, Unknown):
            raise UnknownValueError(self._place(name), value)
        return value

    def _known(self, name: str) -> Sequence[Value]:
        entries = self.values(name)
        for entry in entries:
            if isinstance(entry, Unknown):
                raise UnknownValueError(self._place(name), entry)
        return entries


def properties_of(value: Value, place: str) -> Properties:
    """Read a value as an object; raises UnexpectedValueError for another type."""
    if isinstance(value, Unknown):
        raise UnknownValueError(place, value)
    if not isinstance(value, Mapping):
        raise UnexpectedValueError(place, f"an object is expected here, not {value}")
    return Properties(place=place, entries=value)


def listed(value: Value) -> Sequence[Value]:
    """Return a list, also for the single value that AWS accepts instead."""
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    return (value,)


def _text(value: Value, place: str) -> str:
    # First, because most values are text and this runs often.
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, Unknown):
        raise UnknownValueError(place, value)
    if isinstance(value, Text):
        if value.unknown:
            raise UnknownValueError(place, value.unknown)
        return str(value)
    if isinstance(value, Reference):
        return str(value)
    if isinstance(value, (int, float)):
        return scalar_text(value)
    raise UnexpectedValueError(place, "one value is expected here, not a list or an object")
