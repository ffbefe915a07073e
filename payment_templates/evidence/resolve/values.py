"""What a template's expressions become: plain values, references to resources, and text of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TypeAlias, cast

from payment_templates.evidence.resolve.errors import UnresolvedError


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A resource's Ref (no attribute) or GetAtt: followed by the topology, never guessed."""

    logical_id: str
    attribute: str = ""

    def __str__(self) -> str:
        dot = "." if self.attribute else ""
        return f"${{{self.logical_id}{dot}{self.attribute}}}"


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text with references in it, as Fn::Sub and Fn::Join make it."""

    parts: tuple[str | Reference, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


Value: TypeAlias = (
    "str | int | float | bool | Reference | Text | Sequence[Value] | Mapping[str, Value] | None"
)


@dataclass(frozen=True, kw_only=True)
class Fields:
    """A resolved object, read by the kind of value that is expected, with its place for errors."""

    place: str
    entries: Mapping[str, Value]

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def get(self, name: str) -> Value:
        """Give the value as it stands, None when absent."""
        return self.entries.get(name)

    def text(self, name: str) -> str:
        """Give a scalar as text: true and false as CloudFormation spells them, empty if absent."""
        return _text(self.entries.get(name), f"{self.place}.{name}")

    def number(self, name: str, default: float = 0) -> float:
        """Give a number, also one that is written as text."""
        value = self.entries.get(name, default)
        try:
            number = float(cast("float", value))
        except (TypeError, ValueError, OverflowError):
            number = nan
        if not isfinite(number):
            raise UnresolvedError(f"{self.place}.{name}", f"{value} is no number")
        return number

    def whole(self, name: str, default: int = 0) -> int:
        """Give a whole number: AWS refuses a part of a task or of a port."""
        number = self.number(name, default)
        if not number.is_integer():
            raise UnresolvedError(f"{self.place}.{name}", f"{number:g} is no whole number")
        return int(number)

    def flag(self, name: str) -> bool:
        """Tell whether a property is true, also when it is written as text."""
        return self.text(name).lower() == "true"

    def target(self, name: str) -> str:
        """Give the logical ID that a property refers to, empty when it refers to none."""
        return target(self.entries.get(name))

    def targets(self, name: str) -> tuple[str, ...]:
        """Give the logical IDs that the entries of a list refer to."""
        return tuple(found for value in listed(self.entries.get(name)) if (found := target(value)))

    def identity(self, name: str) -> str:
        """Give what a property names: the logical ID that it refers to, or else its text."""
        return self.target(name) or self.text(name)

    def identities(self, name: str) -> tuple[str, ...]:
        """Give what the entries of a list name: logical IDs, or else their texts."""
        place = f"{self.place}.{name}"
        values = listed(self.entries.get(name))
        return tuple(target(value) or _text(value, place) for value in values)

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list, or a scalar in place of one, as texts."""
        place = f"{self.place}.{name}"
        return tuple(_text(value, place) for value in listed(self.entries.get(name)))

    def child(self, name: str) -> Fields:
        """Give an object below, empty when absent."""
        value = self.entries.get(name)
        place = f"{self.place}.{name}"
        return Fields(place=place, entries=_entries({} if value is None else value, place))

    def children(self, name: str) -> tuple[Fields, ...]:
        """Give the objects of a list below, or the one that stands in its place."""
        place = f"{self.place}.{name}"
        return tuple(
            Fields(place=place, entries=_entries(value, place))
            for value in listed(self.entries.get(name))
        )

    def pairs(self, name: str, *, key: str = "Key") -> dict[str, str]:
        """Give a list of named values, such as tags or attributes, as a table."""
        return {pair.text(key): pair.text("Value") for pair in self.children(name)}


def target(value: Value) -> str:
    """Give the logical ID that a value refers to, empty when it refers to none."""
    return value.logical_id if isinstance(value, Reference) else ""


def listed(value: Value) -> Sequence[Value]:
    """Give a list, also of the one value that AWS takes in its place."""
    if value is None:
        return ()
    if isinstance(value, (str, Reference, Text)):
        return (value,)
    return value if isinstance(value, Sequence) else (value,)


def _text(value: Value, place: str) -> str:
    # Text is what nearly every value is: asked first, because it is asked often.
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Mapping, Sequence)):
        raise UnresolvedError(place, "one value is expected here, not a list or an object")
    return str(value)


def _entries(value: Value, place: str) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise UnresolvedError(place, f"an object is expected here, not {value}")
    return value
