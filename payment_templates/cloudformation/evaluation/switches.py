"""Finds the parameters that decide conditions, and the values of each that change one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.conditions import Judge
from payment_templates.cloudformation.evaluation.deciding_conditions import (
    named_by_rules,
    with_named,
)
from payment_templates.cloudformation.references import calls_in, references_in
from payment_templates.cloudformation.values import Value, equal

if TYPE_CHECKING:
    from payment_templates.cloudformation.evaluation.stack import Stack
    from payment_templates.cloudformation.parameters import Parameter
    from payment_templates.cloudformation.template import Template

# Returns candidate values for a parameter, given the texts that it is compared with.
Candidates = Callable[["Parameter", Sequence[str]], Iterable[str]]
_COMPARING = frozenset({"Fn::Equals", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"})


def switches_of(
    start: Stack,
    candidates: Candidates,
    *,
    about: Collection[str] | None = None,
    fixed: Collection[str] = (),
    refusing: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """Return the parameters that decide the conditions in `about` (default: all), except `fixed`.

    Each has the values that change one of them; the value at the start comes first. With the
    messages of rules in `refusing`, also the parameters in these rules.
    """
    asked = start.template.conditions if about is None else about
    compared = _comparisons_by_parameter(start.template, asked, refusing)
    known: dict[object, tuple[str, ...]]
    known = start.template.memo.setdefault(("values that change comparisons", start), {})
    switches: dict[str, tuple[str, ...]] = {}
    for name, parameter in start.template.parameters.items():
        if name in compared and name not in fixed and not parameter.is_stored:
            comparisons = compared[name]
            # By identity: the operands are parts of the template.
            key = (candidates, name, *(id(it) for each in comparisons for it in each.values()))
            if key not in known:
                known[key] = _turning(start, parameter, comparisons, candidates)
            if len(known[key]) > 1:
                switches[name] = known[key]
    return switches


def _comparisons_by_parameter(
    template: Template, asked: Collection[str], refusing: Collection[str]
) -> dict[str, list[dict[str, object]]]:
    """Return the comparisons that decide the conditions, by the parameters in them.

    If a rule refers to a varied parameter, all parameters of the rule are varied, and those of the
    rules with a message in `refusing`.
    """
    expressions = [template.conditions[name].expression for name in with_named(template, asked)]
    wanted = {*references_in(expressions)}
    rules = dict(named_by_rules(template))
    for name, rule in template.rules.items():
        if any(assertion.description in refusing for assertion in rule.assertions):
            wanted |= rules[name]
    while joining := [name for name, named in rules.items() if named & wanted]:
        wanted = wanted.union(*map(rules.pop, joining))
        expressions += [template.rules[name].expressions for name in joining]
    found: dict[str, list[dict[str, object]]] = {}
    for function, operand in calls_in(expressions):
        if function in _COMPARING:
            comparison = {function: operand}
            for name in {*references_in(comparison)} & template.parameters.keys():
                found.setdefault(name, []).append(comparison)
    return found


def _turning(
    start: Stack,
    parameter: Parameter,
    comparisons: Sequence[dict[str, object]],
    candidates: Candidates,
) -> tuple[str, ...]:
    """Return the current value of a parameter, and one value for each other comparison result.

    Compares comparison results instead of conditions, because a condition may change only if
    several parameters change together.
    """

    def compared(text: str | None) -> list[tuple[Value, Value]]:
        values = {**start.values, parameter.name: parameter.value(text)}
        judge = Judge(replace(start.evaluator(with_resources=False), values=values), {})
        return list(judge.comparisons(comparisons))

    first = start.parameters.get(parameter.name)
    sides = {side: None for pair in compared(first) for side in pair if isinstance(side, str)}
    offered = (text for text in candidates(parameter, list(sides)) if not parameter.problem(text))
    found: dict[tuple[bool | None, ...], str] = {}
    for text in (*(() if first is None else (first,)), *offered):
        found.setdefault(tuple(equal(left, right) for left, right in compared(text)), text)
    return tuple(found.values())
