"""Decides whether an EventBridge event pattern matches an event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import TypeAlias, Union

from payment_templates.cloudformation import (
    Properties,
    Reference,
    Text,
    UnexpectedValueError,
    Unknown,
    UnknownValueError,
    Value,
    listed,
    unknown_in,
)
from payment_templates.facts.events import NUMBER_FIELDS

# Each field has all values that a template can write for it: a name, an ARN, a reference. Those of
# NUMBER_FIELDS are numbers in the JSON of the event.
Event: TypeAlias = Mapping[str, Union["Event", Sequence[str]]]

# The fields of every event whose values differ from event to event.
VARYING = frozenset({"id", "time"})


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """What a pattern wants of one field."""

    place: str
    # Whether the field of the event has a number.
    is_number: bool
    # The values and operators that the template decides, any of which matches.
    known: tuple[Value, ...]
    # Whether they are texts, like the field, so that it is enough to look for them.
    is_plain: bool
    texts: frozenset[str]
    # The first value that the template does not decide, and the texts of those that are the same
    # wherever the template has them, such as an import.
    unknown: Unknown | None
    unknown_texts: frozenset[str]


def matches(pattern: Properties, event: Event) -> bool:
    """Return whether every entry of a pattern matches; raises TemplateError for an unknown one."""
    return all(_entry_matches(pattern, key, event) for key in pattern.entries)


def surely_matches(pattern: Properties, event: Event) -> bool:
    """Return whether a pattern matches every event like a sample; raises as `matches` does."""
    return bool(pattern.entries) and matches(with_any_value(pattern, VARYING, surely=True), event)


def decided_match(pattern: Properties, event: Event) -> bool | None:
    """Return whether a rule with a pattern reports an event; None if it is not decided."""
    try:
        return bool(pattern.entries) and matches(pattern, event)
    except UnexpectedValueError:
        return None


def without_fields(pattern: Properties, names: Collection[str]) -> Properties:
    """Return a pattern that asks nothing about some fields."""
    entries = {
        key: _without(value, names) for key, value in pattern.entries.items() if key not in names
    }
    return Properties(place=pattern.place, entries=entries)


def with_any_value(pattern: Properties, names: Collection[str], *, surely: bool) -> Properties:
    """Return a pattern that asks of some fields only what does not depend on their values.

    With `surely`, it matches an event only if the pattern does whatever the values are; without, if
    the pattern does for some values.
    """
    key = f"with any {' '.join(sorted(names))} {surely}"
    found: Properties | None = pattern.memo.get(key)
    if found is None:
        entries = _with_any(pattern.entries, names, surely=surely)
        # The pattern itself remembers what it wants of each field.
        found = pattern if entries == pattern.entries else replace(pattern, entries=entries)
        pattern.memo[key] = found
    return found


def _with_any(
    entries: Mapping[str, Value], names: Collection[str], *, surely: bool
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in entries.items():
        if isinstance(value, Mapping):
            found[key] = _with_any(value, names, surely=surely)
        elif isinstance(value, str) or not isinstance(value, Sequence):
            found[key] = value
        elif key == "$or":
            found[key] = [
                _with_any(each, names, surely=surely) if isinstance(each, Mapping) else each
                for each in value
            ]
        elif key in names:
            found[key] = [it for each in value if (it := _of_any(each, surely=surely))]
        else:
            found[key] = value
    return found


def _of_any(wanted: Value, *, surely: bool) -> Value:
    """Return whether a field must exist for an entry to match; None if its value decides."""
    if isinstance(wanted, Mapping) and "exists" in wanted:
        return wanted
    is_any = wanted in ({"prefix": ""}, {"suffix": ""}, {"wildcard": "*"})
    return {"exists": True} if is_any or not surely else None


def _without(value: Value, names: Collection[str]) -> Value:
    if isinstance(value, Mapping):
        return {key: _without(each, names) for key, each in value.items() if key not in names}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without(each, names) for each in value]
    return value


def _entry_matches(pattern: Properties, key: str, event: Event) -> bool:
    if key == "$or":
        return any(matches(each, event) for each in pattern.children(key))
    wanted, found = pattern.get(key), event.get(key, ())
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and matches(pattern.child(key), found)
    entry = _entry(pattern, key, wanted)
    # Compared with a tuple first, which is faster, because most are.
    values = found if isinstance(found, tuple) or not isinstance(found, Mapping) else ()
    if entry.is_plain:
        if not entry.texts.isdisjoint(values):
            return True
    elif any(_value_matches(each, values, entry) for each in entry.known):
        return True
    if not entry.unknown_texts.isdisjoint(values):
        return True
    if entry.unknown:
        raise UnknownValueError(entry.place, entry.unknown)
    return False


def _entry(pattern: Properties, key: str, wanted: Value) -> _Entry:
    memo_key = f"event pattern {key}"
    found: _Entry | None = pattern.memo.get(memo_key)
    if found is None:
        place = f"{pattern.place}.{key}"
        if isinstance(wanted, str) or not isinstance(wanted, Sequence):
            raise UnexpectedValueError(place, "a list of what to match is expected")
        known = [each for each in wanted if not unknown_in(each)]
        found = pattern.memo[memo_key] = _Entry(
            place=place,
            is_number=key in NUMBER_FIELDS,
            known=tuple(known),
            is_plain=key not in NUMBER_FIELDS and not any(map(_is_not_text, known)),
            texts=frozenset(map(str, known)),
            unknown=next((it for each in wanted if (it := unknown_in(each))), None),
            unknown_texts=frozenset(
                str(each) for each in wanted if isinstance(each, Unknown) and each.source
            ),
        )
    return found


def _value_matches(wanted: Value, values: Sequence[str], entry: _Entry) -> bool:
    if not isinstance(wanted, Mapping):
        return any(_equals(wanted, value, entry) for value in values)
    ((name, operand),) = wanted.items() if len(wanted) == 1 else [("", wanted)]
    if name == "exists":
        # EventBridge refuses the text "false".
        return isinstance(operand, bool) and bool(values) is operand
    if name == "anything-but":
        return bool(values) and not any(_is_excluded(operand, value, entry) for value in values)
    if name not in _OPERATORS:
        raise UnexpectedValueError(entry.place, f"the operator {name} is not known here")
    # "Numeric matching only works with values that are JSON numbers", and every other operator
    # "only on string-valued fields": https://github.com/aws/event-ruler
    return entry.is_number is (name == "numeric") and any(
        _OPERATORS[name](operand, value) for value in values
    )


def _equals(wanted: Value, value: str, entry: _Entry) -> bool:
    """Return whether a pattern names a value: 7 does not match the text "7", nor "7" the number."""
    if not entry.is_number:
        return isinstance(wanted, (str, Reference, Text)) and str(wanted) == value
    number = _number(wanted)
    return number is not None and number == float(value)


def _is_excluded(operand: Value, value: str, entry: _Entry) -> bool:
    if not isinstance(operand, Mapping):
        return any(_equals(each, value, entry) for each in listed(operand))
    return any(
        _value_matches({name: each}, (value,), entry)
        for name, operands in operand.items()
        for each in listed(operands)
    )


def _is_not_text(wanted: Value) -> bool:
    return not isinstance(wanted, (str, Reference, Text))


def _starts(operand: Value, value: str) -> bool:
    if isinstance(operand, Mapping):
        return value.lower().startswith(str(operand.get("equals-ignore-case")).lower())
    return value.startswith(str(operand))


def _ends(operand: Value, value: str) -> bool:
    if isinstance(operand, Mapping):
        return value.lower().endswith(str(operand.get("equals-ignore-case")).lower())
    return value.endswith(str(operand))


def _is_wild(operand: Value, value: str) -> bool:
    """Return whether a wildcard pattern matches; `*` is any text, a backslash escapes."""
    pieces = re.findall(r"\\.|[^\\]", str(operand), re.DOTALL)
    expression = "".join(".*" if piece == "*" else re.escape(piece[-1]) for piece in pieces)
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _is_number(operand: Value, value: str) -> bool:
    """Return whether a number satisfies an operand such as ["<=", 30] or [">", 0, "<=", 5].

    No number satisfies one that EventBridge refuses. That includes a text: the value of a parameter
    "becomes a string" where a template refers to it, also if it is a number:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    parts = [*listed(operand)]
    signs, limits = tuple(map(str, parts[::2])), [_number(each) for each in parts[1::2]]
    if len(signs) != len(limits) or signs not in _RANGES:
        return False
    return all(
        limit is not None and _COMPARISONS[sign](float(value), limit)
        for sign, limit in zip(signs, limits, strict=True)
    )


def _number(value: Value) -> float | None:
    """Return a number of the template; None for anything else, also for a text with a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def _is_in_block(operand: Value, value: str) -> bool:
    try:
        return ip_address(value) in ip_network(str(operand), strict=False)
    except ValueError:
        return False


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}
# One comparison, or a lower limit and an upper one.
_RANGES = {
    *((sign,) for sign in _COMPARISONS),
    *((low, high) for low in (">", ">=") for high in ("<", "<=")),
}
_OPERATORS: dict[str, Callable[[Value, str], bool]] = {
    "equals-ignore-case": lambda operand, value: str(operand).lower() == value.lower(),
    "cidr": _is_in_block,
    "numeric": _is_number,
    "prefix": _starts,
    "suffix": _ends,
    "wildcard": _is_wild,
}
