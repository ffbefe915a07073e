"""Compares the parameters of two templates: their defaults, and the values that they accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.report.comparison.change import ParameterChange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from payment_templates.cloudformation import Parameter, Template


def changed_parameters(
    before: Template, after: Template, given: Collection[str]
) -> Iterator[ParameterChange]:
    """Yield the parameters that are added or removed, or take or accept other values."""
    for name in dict.fromkeys((*before.parameters, *after.parameters)):
        old, new = before.parameters.get(name), after.parameters.get(name)
        defaults = (old.default if old else None, new.default if new else None)
        narrowed = tuple(_narrowed(old, new)) if old and new else ()
        if old is None or new is None or defaults[0] != defaults[1] or narrowed:
            yield ParameterChange(
                name=name,
                before=defaults[0],
                after=defaults[1],
                added=old is None,
                removed=new is None,
                needs_value=old is None and defaults[1] is None and name not in given,
                narrowed=narrowed,
            )


def _narrowed(old: Parameter, new: Parameter) -> Iterator[str]:
    """Yield each constraint that may refuse a value which the old template accepts."""
    if old.type != new.type:
        yield f"Type: {old.type} → {new.type}"
    if new.allowed_values and not set(old.allowed_values or ("",)) <= {*new.allowed_values}:
        yield f"AllowedValues: {_listed(old.allowed_values)} → {_listed(new.allowed_values)}"
    # Whether one pattern accepts less than another is not decided: every other one is shown.
    if new.allowed_pattern and old.allowed_pattern != new.allowed_pattern:
        yield f"AllowedPattern: {old.allowed_pattern or 'none'} → {new.allowed_pattern}"
    least = (
        ("MinLength", old.min_length, new.min_length),
        ("MinValue", old.min_value, new.min_value),
    )
    most = (
        ("MaxLength", old.max_length, new.max_length),
        ("MaxValue", old.max_value, new.max_value),
    )
    for name, limit, other in least:
        if other is not None and (limit is None or other > limit):
            yield f"{name}: {_number(limit)} → {_number(other)}"
    for name, limit, other in most:
        if other is not None and (limit is None or other < limit):
            yield f"{name}: {_number(limit)} → {_number(other)}"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "any"


def _number(limit: float | None) -> str:
    return "none" if limit is None else f"{limit:g}"
