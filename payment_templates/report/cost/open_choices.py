"""Finds what a bill cannot know: resources behind conditions that no given value decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import conditions_in, decided_by
from payment_templates.facts.free_types import FREE_TYPES
from payment_templates.report.cost.bill_lines import OTHER, Line, unpriced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from payment_templates.cloudformation import Stack

# Evidence has examples for these: only AWS knows their values.
_OF_AWS = frozenset({"AWS::AccountId", "AWS::NotificationARNs", "AWS::StackId", "AWS::StackName"})


def with_open_choices(
    lines: Iterable[Line], stack: Stack, given: Mapping[str, str]
) -> Iterator[Line]:
    """Yield the lines, of unknown cost where an open condition decides a resource behind them.

    A further line is for each other resource that an open condition decides, and for each macro.
    `given` has the parameters that the user set.
    """
    doubts = _doubts(stack, given)
    listed: set[str] = set()
    for line in lines:
        listed.update(line.resources)
        problem = next((doubts[name] for name in line.resources if name in doubts), "")
        yield _without_cost(line, problem) if problem else line
    for name, problem in doubts.items():
        kind = stack.template.resources[name].type
        if name not in listed and kind not in FREE_TYPES:
            yield unpriced(OTHER, kind, name, problem=problem)
    for macro in stack.template.macros:
        problem = f"{macro} may add resources"
        yield unpriced(OTHER, "what CloudFormation adds to the template", problem=problem)


def _without_cost(line: Line, problem: str) -> Line:
    return replace(line, quantity=None, most_quantity=None, price=None, problem=problem)


def _doubts(stack: Stack, given: Mapping[str, str]) -> dict[str, str]:
    """Return why the cost of a resource is not known, by logical ID."""
    template = stack.template
    open_ = {it: why for it in template.conditions if (why := _reason(stack, it, given))}
    found: dict[str, str] = {}
    for name, resource in template.resources.items() if open_ else ():
        named = conditions_in([*resource.expressions])
        behind = [it for it in (resource.condition, *named) if it in open_]
        if behind:
            found[name] = f"{name} depends on the condition {behind[0]}, and {open_[behind[0]]}"
    return found


def _reason(stack: Stack, condition: str, given: Mapping[str, str]) -> str:
    """Return why a condition is not decided, or ""."""
    parameters = stack.template.parameters
    for name in sorted(decided_by(stack.template, [condition])):
        if name in _OF_AWS:
            return f"{name} is not known"
        if name in parameters and parameters[name].is_stored:
            return f"{name} is read from Parameter Store"
        if name in parameters and parameters[name].default is None and name not in given:
            return f"{name} has no value; pass --parameter {name}=VALUE"
    return ""
