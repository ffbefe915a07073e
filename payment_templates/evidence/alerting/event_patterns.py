"""Whether an event pattern of EventBridge matches an event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, Union

from payment_templates.cloudformation import Properties, UnexpectedValueError, Value, listed

# A field's value is in each way in which a template can write it.
Event: TypeAlias = Mapping[str, Union["Event", Sequence[str]]]


def matches(pattern: Properties, event: Event) -> bool:
    """Return whether every entry of a pattern matches; raises TemplateError for an unknown one."""
    return all(_entry_matches(pattern, key, event) for key in pattern.entries)


def _entry_matches(pattern: Properties, key: str, event: Event) -> bool:
    if key == "$or":
        return any(matches(each, event) for each in pattern.children(key))
    wanted, found = pattern.get(key), event.get(key, ())
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and matches(pattern.child(key), found)
    place = f"{pattern.place}.{key}"
    if isinstance(wanted, str) or not isinstance(wanted, Sequence):
        raise UnexpectedValueError(place, "a list of what to match is expected")
    values = () if isinstance(found, Mapping) else found
    return any(_value_matches(each, values, place) for each in wanted)


def _value_matches(wanted: Value, values: Sequence[str], place: str) -> bool:
    if not isinstance(wanted, Mapping):
        return str(wanted) in values
    ((operator, operand),) = wanted.items() if len(wanted) == 1 else [("", wanted)]
    if operator == "exists":
        return bool(values) is (operand is True)
    if operator == "anything-but":
        return bool(values) and not any(_is_excluded(operand, value, place) for value in values)
    if operator not in _OPERATORS:
        raise UnexpectedValueError(place, f"the operator {operator} is not known here")
    return any(_OPERATORS[operator](operand, value) for value in values)


def _is_excluded(operand: Value, value: str, place: str) -> bool:
    if not isinstance(operand, Mapping):
        return value in map(str, listed(operand))
    return any(
        _value_matches({operator: each}, (value,), place)
        for operator, operands in operand.items()
        for each in listed(operands)
    )


def _starts(operand: Value, value: str) -> bool:
    if isinstance(operand, Mapping):
        return value.lower().startswith(str(operand.get("equals-ignore-case")).lower())
    return value.startswith(str(operand))


def _ends(operand: Value, value: str) -> bool:
    if isinstance(operand, Mapping):
        return value.lower().endswith(str(operand.get("equals-ignore-case")).lower())
    return value.endswith(str(operand))


def _is_wild(operand: Value, value: str) -> bool:
    expression = re.escape(str(operand)).replace(r"\*", ".*")
    return re.fullmatch(expression, value, re.DOTALL) is not None


_OPERATORS: dict[str, Callable[[Value, str], bool]] = {
    "equals-ignore-case": lambda operand, value: str(operand).lower() == value.lower(),
    "prefix": _starts,
    "suffix": _ends,
    "wildcard": _is_wild,
}
