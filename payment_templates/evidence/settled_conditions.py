"""Finds the conditions that no accepted parameter value changes."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

from payment_templates.cloudformation import decided_by
from payment_templates.cloudformation.evaluation.deciding_conditions import (
    named_by_rules,
    with_named,
)
from payment_templates.cloudformation.references import calls_in
from payment_templates.evidence.evaluated_stacks import evaluated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import Parameter, Stack, Template

# Each is an evaluation of all conditions.
_MOST_VALUES = 64


def is_settled(start: Stack, condition: str, free: set[str]) -> bool:
    """Return whether no accepted value of a parameter in `free` changes a condition.

    Decided only for conditions that compare parameters with texts: only these texts matter.
    """
    template = start.template
    names = decided_by(template, [condition])
    if not names <= template.parameters.keys() or _joins_others(template, names):
        return False
    compared: dict[str, list[str]] = {name: [] for name in names}
    for name, text in _comparisons(template, condition):
        if name not in compared:
            return False
        compared[name].append(text)
    values = {
        name: _values(template.parameters[name], start.parameters.get(name), compared[name])
        for name in names & free
    }
    if not all(values.values()) or prod(map(len, values.values())) > _MOST_VALUES:
        return False
    stacks = (
        evaluated(
            template,
            region=start.region,
            parameters={**start.parameters, **dict(zip(values, texts, strict=True))},
            mappings_open=start.mappings_open,
        )
        for texts in product(*values.values())
    )
    return all(
        it.broken_rules or it.conditions[condition] == start.conditions[condition] for it in stacks
    )


def _comparisons(template: Template, condition: str) -> Iterator[tuple[str, str]]:
    """Yield each parameter that is compared with a text, and "" for any other comparison."""
    expressions = [template.conditions[it].expression for it in with_named(template, [condition])]
    for function, operand in calls_in(expressions):
        match function, operand:
            case "Fn::Equals", [{"Ref": str(name)}, str(text)] | [str(text), {"Ref": str(name)}]:
                yield name, text
            case "Fn::Equals", _:
                yield "", ""
            case _:
                pass


def _values(parameter: Parameter, current: str | None, texts: Sequence[str]) -> list[str]:
    """Return a value for each result of the comparisons; none if not all are known."""
    if parameter.is_stored or current is None:
        return []
    if parameter.allowed_values:
        return [*parameter.allowed_values]
    if current in texts:
        # Any other value may be accepted.
        return []
    return [current, *(text for text in texts if not parameter.problem(text))]


def _joins_others(template: Template, names: frozenset[str]) -> bool:
    """Return whether a rule refuses values of the parameters only together with others."""
    return any(named & names and not named <= names for named in named_by_rules(template).values())
