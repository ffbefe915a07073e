"""Reads evaluated properties by the kind of value that is expected."""

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

# What is in an object for entries that a macro adds: no one knows their names.
FURTHER = "Fn::Transform"


# Gives AWS's value of an absent property by its path, from the properties beside it.
Default: TypeAlias = "Callable[[str, Mapping[str, Value]], Value]"


# Compared by identity: stacks share the resources that their parameters do not change.
@dataclass(frozen=True, kw_only=True, eq=False)
class Properties:
    """An evaluated object with its place in the template.

    Every reader raises UnknownValueError for what is unknown and UnexpectedValueError for a value
    of the wrong kind; only `get` gives whatever is there. With `default`, the readers of scalars
    give AWS's value for what is absent; `get`, `in` and `entries` stay what the template states.
    """

    place: str
    entries: Mapping[str, Value]
    default: Default | None = None
    # Where the entries are, below the properties of their resource: `Matcher.`
    path: str = ""

    def __contains__(self, name: str) -> bool:
        value = self.entries.get(name)
        if isinstance(value, Unknown) and not value.may_be_absent:
            return True
        return self._entry(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def get(self, name: str) -> Value:
        """Give the value as it is, None when absent."""
        found = self.entries.get(name)
        return self.entries.get(FURTHER) if found is None else found

    def text(self, name: str) -> str:
        """Give a scalar as text, empty when absent; references are written as `${Logical.Id}`."""
        value = self.entries.get(name)
        # Most values are text: asked first, because it is asked often.
        if isinstance(value, str):
            return value
        return _text(self._or_default(name), self._place(name))

    def number(self, name: str, default: float = 0) -> float:
        """Give a number, also one that is written as text."""
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
        """Give a whole number, such as a count or a port."""
        number = self.number(name, default)
        if not number.is_integer():
            raise UnexpectedValueError(self._place(name), f"{number:g} is not a whole number")
        return int(number)

    def flag(self, name: str) -> bool:
        """Tell whether a property is true, also when it is written as text; absent is false."""
        return self.text(name).lower() == "true"

    def reference(self, name: str) -> Reference | None:
        """Give the reference of a property, None when it is absent or refers to no resource."""
        value = self._entry(name)
        return value if isinstance(value, Reference) else None

    def target(self, name: str) -> str:
        """Give the logical ID that a property refers to, empty when it refers to none."""
        found = self.reference(name)
        return found.logical_id if found else ""

    def values(self, name: str) -> Sequence[Value]:
        """Give a list, or the one value in its place, each entry as it is."""
        return listed(self._entry(name))

    def targets(self, name: str) -> tuple[str, ...]:
        """Give the logical IDs that the entries of a list refer to."""
        entries = self._known(name)
        return tuple(entry.logical_id for entry in entries if isinstance(entry, Reference))

    def identity(self, name: str) -> str:
        """Give the logical ID that a property refers to, or else its text."""
        return self.target(name) or self.text(name)

    def identities(self, name: str) -> tuple[str, ...]:
        """Give for each entry of a list the logical ID that it refers to, or else its text."""
        place = self._place(name)
        return tuple(
            entry.logical_id if isinstance(entry, Reference) else _text(entry, place)
            for entry in self.values(name)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list, or the one value in its place, as texts."""
        return tuple(_text(entry, self._place(name)) for entry in self.values(name))

    def child(self, name: str) -> Properties:
        """Give an object, empty when absent."""
        value = self._entry(name)
        return self._below(name, {} if value is None else value)

    def children(self, name: str) -> tuple[Properties, ...]:
        """Give the objects of a list, or the one object in its place."""
        return tuple(self._below(name, entry) for entry in self.values(name))

    def pairs(self, name: str, *, key: str = "Key") -> dict[str, str]:
        """Give a list of named values, such as tags or attributes, as a table."""
        return {pair.text(key): pair.text("Value") for pair in self.children(name)}

    def attributes(self, name: str) -> Properties:
        """Give a list of named values, such as those of a load balancer, as an object."""
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
    """Read a value as an object; raises UnexpectedValueError when it is none."""
    if isinstance(value, Unknown):
        raise UnknownValueError(place, value)
    if not isinstance(value, Mapping):
        raise UnexpectedValueError(place, f"an object is expected here, not {value}")
    return Properties(place=place, entries=value)


def listed(value: Value) -> Sequence[Value]:
    """Give a list, also of the one value that AWS accepts in its place."""
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    return (value,)


def _text(value: Value, place: str) -> str:
    # Nearly every value is text: asked first, because it is asked often.
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
