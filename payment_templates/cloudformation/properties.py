"""Reads evaluated properties as the expected type: text, number, flag, list, object, reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from sys import intern
from typing import TYPE_CHECKING, Any, TypeAlias

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

# The key under which an object has the unknown entries that a macro adds.
FURTHER = "Fn::Transform"


# Returns AWS's default for an absent property, given its path and the other properties.
Default: TypeAlias = "Callable[[str, Mapping[str, Value]], Value]"


# Compared by identity: stacks share the resources that their parameters do not change.
# With slots, because there are many.
@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Properties:
    """An evaluated object with its place in the template.

    All methods except `get` raise UnknownValueError for an unknown value and UnexpectedValueError
    for a value of the wrong type. With `default`, methods that return scalars return AWS's default
    for an absent property; `get`, `in` and `entries` ignore defaults.
    """

    place: str
    entries: Mapping[str, Value]
    default: Default | None = None
    # The path prefix of the entries, relative to the properties of the resource: `Matcher.`
    path: str = ""
    # What readers derive from the object, with keys of their own.
    memo: dict[object, Any] = field(default_factory=dict[object, Any], init=False, repr=False)

    def __contains__(self, name: str) -> bool:
        value = self.entries.get(name)
        if isinstance(value, Unknown) and not value.may_be_absent:
            return True
        return self._entry(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def get(self, name: str) -> Value:
        """Return the value unchanged; None if absent."""
        found = self.entries.get(name)
        return self.entries.get(FURTHER) if found is None else found

    def text(self, name: str) -> str:
        """Return a scalar as text, empty if absent; a reference is written as `${LogicalId}`."""
        value = self.entries.get(name)
        # A fast path, because most values are text.
        if isinstance(value, str):
            return value
        return _text(self._or_default(name), self._place(name))

    def number(self, name: str, default: float = 0) -> float:
        """Return a number, also from text such as "80"."""
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
        """Return an integer such as a port; raises UnexpectedValueError for a fraction."""
        number = self.number(name, default)
        if not number.is_integer():
            raise UnexpectedValueError(self._place(name), f"{number:g} is not a whole number")
        return int(number)

    def is_within(self, name: str, accepted: range) -> bool:
        """Return whether a number is in a range, whatever value a parameter without one gets."""
        try:
            return self.number(name) in accepted
        except UnknownValueError as error:
            least, most = error.unknown.least, error.unknown.most
            if least is None or most is None or least < accepted[0] or most > accepted[-1]:
                raise
            return True

    def is_positive(self, name: str) -> bool:
        """Return whether a number is above 0, whatever value a parameter without one gets."""
        try:
            return self.number(name) > 0
        except UnknownValueError as error:
            if not error.unknown.least or error.unknown.least < 0:
                raise
            return True

    def flag(self, name: str) -> bool:
        """Return whether a property is true, also as the text "true"; absent is false."""
        return self.text(name).lower() == "true"

    def reference(self, name: str) -> Reference | None:
        """Return the reference in a property; None if it is absent or not a reference."""
        value = self._entry(name)
        return value if isinstance(value, Reference) else None

    def target(self, name: str) -> str:
        """Return the logical ID that a property refers to, or ""."""
        found = self.reference(name)
        return found.logical_id if found else ""

    def values(self, name: str) -> Sequence[Value]:
        """Return a list with its entries unchanged; a single value becomes a list."""
        return listed(self._entry(name))

    def targets(self, name: str) -> tuple[str, ...]:
        """Return the logical IDs that the entries of a list refer to."""
        entries = self._known(name)
        return tuple(entry.logical_id for entry in entries if isinstance(entry, Reference))

    def identity(self, name: str) -> str:
        """Return the logical ID that a property refers to, or its text if it is not a reference."""
        return self.target(name) or self.text(name)

    def identity_if_known(self, name: str) -> str | None:
        """Return the same as `identity`, or None for an unknown value."""
        try:
            return self.identity(name)
        except UnknownValueError:
            return None

    def identities(self, name: str) -> tuple[str, ...]:
        """Return the logical ID that each entry of a list refers to, or its text."""
        place = self._place(name)
        return tuple(
            entry.logical_id if isinstance(entry, Reference) else _text(entry, place)
            for entry in self.values(name)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list as texts; a single value becomes a list."""
        return tuple(_text(entry, self._place(name)) for entry in self.values(name))

    def child(self, name: str) -> Properties:
        """Return an object; empty if absent."""
        found: Properties | None = self.memo.get(name)
        if found is None:
            value = self._entry(name)
            found = self.memo[name] = self._below(name, {} if value is None else value)
        return found

    def children(self, name: str) -> tuple[Properties, ...]:
        """Return the objects of a list; a single object becomes a list."""
        # Interned, because many objects have lists of the same name.
        key = intern(f"{name}[]")
        found: tuple[Properties, ...] | None = self.memo.get(key)
        if found is None:
            found = self.memo[key] = tuple(self._below(name, entry) for entry in self.values(name))
        return found

    def below(self, path: str) -> tuple[Properties, ...]:
        """Return all objects at a path such as `Targets.EcsParameters`, which may cross lists."""
        found: tuple[Properties, ...] = (self,)
        for name in path.split(".") if path else ():
            found = tuple(child for each in found for child in each.children(name))
        return found

    def every(self, path: str) -> Iterator[Value]:
        """Yield the unchanged values at a path such as `Replicas.Region`, one per list entry."""
        name, _, rest = path.partition(".")
        if not rest:
            yield self.get(name)
            return
        for child in self.children(name):
            yield from child.every(rest)

    def pairs(self, name: str, *, key: str = "Key") -> dict[str, str]:
        """Return a list of key-value objects, such as Tags, as a dictionary."""
        return {pair.text(key): pair.text("Value") for pair in self.children(name)}

    def attributes(self, name: str) -> Properties:
        """Return a list of key-value objects, such as LoadBalancerAttributes, as an object.

        A key with two values is unknown: AWS documents neither that one counts nor a refusal.
        """
        found: dict[str, Value] = dict(self.pairs(name))
        for pair in self.children(name):
            key = pair.text("Key")
            if pair.text("Value") != found[key]:
                found[key] = Unknown(reason=f"{self._place(name)} has {key} twice")
        return self._below(name, found)

    def _below(self, name: str, value: Value) -> Properties:
        place = self._place(name)
        if self.default is None:
            return properties_of(value, place)
        return Properties(
            place=place,
            entries=_entries(value, place),
            default=self.default,
            path=intern(f"{self.path}{name}."),
        )

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
    """Return an object as Properties; raises UnexpectedValueError for another type."""
    return Properties(place=place, entries=_entries(value, place))


def _entries(value: Value, place: str) -> Mapping[str, Value]:
    if isinstance(value, Unknown):
        raise UnknownValueError(place, value)
    if not isinstance(value, Mapping):
        raise UnexpectedValueError(place, f"an object is expected here, not {value}")
    return value


def listed(value: Value) -> Sequence[Value]:
    """Return a list; a single value, which AWS also accepts, becomes a list."""
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    return (value,)


def _text(value: Value, place: str) -> str:
    # A fast path, because most values are text.
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
