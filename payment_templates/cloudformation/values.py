"""Defines evaluated values: plain values, references, text with unknown parts, unknowns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind = Literal["arn", "id", "name", "url", "dns name", "address", "port", "other"]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A Ref (no attribute) or Fn::GetAtt of a resource.

    An attribute that equals Ref is stored as Ref: `Fn::GetAtt Topic.TopicArn` is `Ref Topic`.
    """

    logical_id: str
    attribute: str = ""
    # The kind of value; "other" if the resource type is not in `NAMINGS`.
    kind: Kind = field(default="other", compare=False)

    def __str__(self) -> str:
        dot = "." if self.attribute else ""
        return f"${{{self.logical_id}{dot}{self.attribute}}}"


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A value that cannot be known from the template."""

    # The reason in one line: "the parameter VpcId has no value".
    reason: str
    # The parameter that determines the value, or "".
    parameter: str = ""
    # Unknowns with the same source have the same value; "" if it may differ from all others.
    source: str = ""
    # The possible values (None for no value); empty if any value is possible.
    choices: tuple[Value, ...] = ()
    # The lowest and the highest number that the parameter accepts; None if it has no such limit.
    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        return f"${{{self.source or '?'}}}"

    @property
    def may_be_absent(self) -> bool:
        """Whether the value may turn out to be absent."""
        return any(
            choice is None or (isinstance(choice, Unknown) and choice.may_be_absent)
            for choice in self.choices
        )


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text that contains references or unknowns, as Fn::Sub and Fn::Join return it."""

    parts: tuple[str | Reference | Unknown, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    @property
    def unknown(self) -> Unknown | None:
        """The first unknown part, or None."""
        return next((part for part in self.parts if isinstance(part, Unknown)), None)


# None is AWS::NoValue or an absent value. Lists and objects never contain it.
Single: TypeAlias = str | int | float | bool | Reference | Text | Unknown | None
Value: TypeAlias = "Single | Sequence[Value] | Mapping[str, Value]"
# The value of a condition.
Decision: TypeAlias = bool | Unknown
Scalar: TypeAlias = str | int | float | bool


def scalar_text(value: Scalar) -> str:
    """Return a scalar as CloudFormation writes it into text: true, 80, 0.5."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def joined(parts: Iterable[Value]) -> str | Reference | Unknown | Text | None:
    """Join values to text; None if one of them is a list, an object or no value.

    A single reference or unknown is returned as it is.
    """
    found: list[str | Reference | Unknown] = []
    for part in parts:
        if isinstance(part, Text):
            _extend(found, part.parts)
        elif isinstance(part, (Reference, Unknown)):
            found.append(part)
        elif isinstance(part, (str, int, float)):
            _extend(found, (scalar_text(part),))
        else:
            return None
    if not found:
        return ""
    return found[0] if len(found) == 1 else Text(parts=tuple(found))


def _extend(
    found: list[str | Reference | Unknown], parts: Iterable[str | Reference | Unknown]
) -> None:
    for part in parts:
        last = found[-1] if found else None
        if part == "":
            continue
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        else:
            found.append(part)


def unknown_in(value: Value) -> Unknown | None:
    """Return the first unknown in a value; None if the value is completely known."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Text):
        return value.unknown
    if isinstance(value, Mapping):
        return next((found for entry in value.values() if (found := unknown_in(entry))), None)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return next((found for entry in value if (found := unknown_in(entry))), None)
    return None


def name_of(value: Value) -> str | None:
    """Return a text that is equal for equal values; None if a part is an unknown without a source.

    Such an unknown equals nothing, not even itself.
    """
    if isinstance(value, Unknown):
        return str(value) if value.source else None
    if isinstance(value, Text):
        return _names("", value.parts)
    if isinstance(value, Mapping):
        return _names("{}", (part for pair in sorted(value.items()) for part in pair))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _names("[]", value)
    if isinstance(value, Reference):
        return str(value)
    # Escaped, so that plain text is never mistaken for a reference: Fn::Sub "${!Topic}".
    return "" if value is None else scalar_text(value).replace("${", "${!")


def call_name(function: str, operands: Iterable[Value]) -> str:
    """Return a name for the result of a function; empty if an operand has no name."""
    return _names(f"{function} ", operands) or ""


def _names(brackets: str, values: Iterable[Value]) -> str | None:
    names = [name_of(value) for value in values]
    if None in names:
        return None
    # In a list, each name has its length as prefix, so that ["ab"] and ["a", "b"] differ.
    return (
        brackets + "".join(f"{len(name)}:{name}" for name in names if name is not None)
        if brackets
        else "".join(map(str, names))
    )


def equal(left: Value, right: Value) -> bool | None:
    """Compare two values as text, as Fn::Equals does; None if undecided."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_unknown(left, right)
    if isinstance(left, (Text, Reference)) or isinstance(right, (Text, Reference)):
        return _equal_text(left, right)
    if isinstance(left, Mapping) or isinstance(right, Mapping):
        return _equal_objects(left, right)
    if _is_list(left) or _is_list(right):
        return _equal_lists(left, right)
    if left is None or right is None:
        return True if left is right else None
    return scalar_text(_scalar(left)) == scalar_text(_scalar(right))


def _equal_unknown(left: Value, right: Value) -> bool | None:
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return True if left.source and left.source == right.source else None
    unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
    choices = unknown.choices if isinstance(unknown, Unknown) else ()
    outcomes = {equal(choice, other) for choice in choices}
    return outcomes.pop() if len(outcomes) == 1 else None


def _equal_text(left: Value, right: Value) -> bool | None:
    if isinstance(left, (Mapping, list, tuple)) or isinstance(right, (Mapping, list, tuple)):
        return None
    name = name_of(left)
    if name is not None and name == name_of(right):
        return True
    for text, other in ((left, right), (right, left)):
        # Text with a known start or end cannot equal text that starts or ends differently.
        if isinstance(text, Text) and isinstance(other, (str, int, float)):
            first, last, whole = text.parts[0], text.parts[-1], scalar_text(other)
            if isinstance(first, str) and not whole.startswith(first):
                return False
            if isinstance(last, str) and not whole.endswith(last):
                return False
    return None


def _equal_objects(left: Value, right: Value) -> bool | None:
    if not isinstance(left, Mapping) or not isinstance(right, Mapping):
        return False
    if left.keys() != right.keys():
        return False
    return _all(equal(left[key], right[key]) for key in left)


def _equal_lists(left: Value, right: Value) -> bool | None:
    if not isinstance(left, (list, tuple)) or not isinstance(right, (list, tuple)):
        return False
    if len(left) != len(right):
        return False
    return _all(equal(one, other) for one, other in zip(left, right, strict=True))


def _all(outcomes: Iterable[bool | None]) -> bool | None:
    found = set(outcomes)
    if False in found:
        return False
    return None if None in found else True


def _is_list(value: Value) -> bool:
    return isinstance(value, (list, tuple))


def _scalar(value: Value) -> Scalar:
    return value if isinstance(value, (str, int, float)) else str(value)
