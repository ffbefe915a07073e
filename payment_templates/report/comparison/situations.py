"""Chooses the situations in which two templates are compared: new defaults, reversed conditions."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import evaluate, references_in
from payment_templates.cloudformation.evaluation.conditions import (
    Judge,
    comparison_text,
    evaluate_conditions,
)
from payment_templates.cloudformation.evaluation.deciding_conditions import with_named
from payment_templates.cloudformation.references import calls_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

    from payment_templates.cloudformation import Decision, Stack, Template

    # The old and the new stack by the situation in which they are compared; "" is as they are.
    Situations: TypeAlias = Mapping[str, tuple[Stack, Stack]]
    # The results of comparisons, such as Fn::Equals, by their text.
    _Results: TypeAlias = Mapping[str, bool]

_COMPARING = frozenset({"Fn::Equals", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"})
# Turning a condition may take several parameters: an Fn::And of three.
_MOST_TURNED = 3
_BEFORE = " of the old template"


def situations(
    before: Template, after: Template, region: str, given: Mapping[str, str]
) -> Situations:
    """Evaluate both templates as they are, with new defaults, and with each condition reversed.

    A condition is reversed through the comparisons of parameters in its definition, which decide
    the conditions of both templates, whatever their names.
    """
    kept = with_kept_values(before, after)
    old = _stack(before, region, given)
    new = _stack(kept, region, given)
    found = {"": (old, new)}
    for name, parameter in after.parameters.items():
        default = parameter.default
        known = before.parameters.get(name)
        if known and name not in given and default is not None and default != known.default:
            found[f"{name} takes its new default"] = (
                old,
                _stack(kept, region, {**given, name: default}),
            )
    for label, results in _reversed(old, new):
        found[label] = (
            _stack(before, region, given, _decided(old, results)),
            _stack(kept, region, given, _decided(new, results)),
        )
    return found


def with_kept_values(before: Template, after: Template) -> Template:
    """Return the new template with the defaults of the old one, which the stack keeps.

    A parameter without an old default keeps a value that is not known. A default that the new
    template refuses cannot be kept: its own default takes its place.
    """
    kept = {
        name: parameter
        if known is None or (known.default is not None and parameter.problem(known.default))
        else replace(parameter, default=known.default)
        for name, parameter in after.parameters.items()
        for known in (before.parameters.get(name),)
    }
    return after if kept == after.parameters else replace(after, parameters=kept, memo={})


def with_new_defaults(before: Template, after: Template) -> Template:
    """Return the new template with the old default of each parameter that no longer has one."""
    kept = {
        name: replace(parameter, default=known.default)
        if known and parameter.default is None
        else parameter
        for name, parameter in after.parameters.items()
        for known in (before.parameters.get(name),)
    }
    return after if kept == after.parameters else replace(after, parameters=kept, memo={})


def _reversed(old: Stack, new: Stack) -> Iterator[tuple[str, _Results]]:
    """Yield the results of comparisons that reverse each condition, with its name."""
    seen: list[_Results] = []
    for stack, suffix in ((new, ""), (old, _BEFORE)):
        for name in stack.template.conditions:
            turned = stack.conditions[name] is not True
            results = _turning(old, new, stack, name, turned=turned)
            if results is not None and results not in seen:
                seen.append(results)
                yield f"{name if turned else f'not {name}'}{suffix}", results


def _turning(old: Stack, new: Stack, stack: Stack, name: str, *, turned: bool) -> _Results | None:
    """Return the fewest results that turn a condition; None if it is constant.

    Of several, those with which the other template decides the condition otherwise.
    """
    comparisons = {text: it for text, it in _comparisons(stack, [name]) if [*references_in(it)]}
    everywhere = dict(it for one in (old, new) for it in _comparisons(one, one.template.conditions))
    judge = Judge(stack.evaluator(with_resources=False), {})
    other = new if stack is old else old
    for count in range(1, _MOST_TURNED + 1):
        found: list[_Results] = []
        for texts in combinations(comparisons, count):
            results: dict[str, bool] = {}
            for text in texts:
                is_true = judge.holds(comparisons[text]) is not True
                results |= _with_others(text, everywhere, is_true=is_true)
            if _decisions(stack, results)[name] is turned:
                found.append(results)
        differing = (it for it in found if _decisions(other, it).get(name, turned) is not turned)
        if found:
            return next(differing, found[0])
    return None


def _with_others(text: str, everywhere: Mapping[str, object], *, is_true: bool) -> dict[str, bool]:
    """Return a result with those that follow: what equals one text equals no other."""
    results = {text: is_true}
    sides = _sides(everywhere.get(text))
    if is_true and sides:
        for other, comparison in everywhere.items():
            if other != text and (found := _sides(comparison)) and found[0] == sides[0]:
                results[other] = False
    return results


def _sides(comparison: object) -> tuple[str, str] | None:
    """Return what an Fn::Equals compares, and the text that it compares it with."""
    match cast("Mapping[str, list[object]]", comparison or {}).get("Fn::Equals"):
        case [str(text), other] | [other, str(text)]:
            return json.dumps(other, sort_keys=True), text
        case _:
            return None


def _decided(stack: Stack, results: _Results) -> dict[str, bool]:
    """Return the conditions of a stack that the results of comparisons decide."""
    return {name: it for name, it in _decisions(stack, results).items() if isinstance(it, bool)}


def _decisions(stack: Stack, results: _Results) -> Mapping[str, Decision]:
    """Return the conditions of a stack with these results of comparisons."""
    evaluator = stack.evaluator(with_resources=False)

    def evaluate_one(name: str, known: Mapping[str, Decision]) -> Decision:
        return Judge(evaluator, known, results).holds(stack.template.conditions[name].expression)

    return evaluate_conditions(evaluator, {}, evaluate_one)


def _comparisons(stack: Stack, names: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Yield the comparisons that decide conditions, also through other conditions."""
    for name in with_named(stack.template, names):
        for function, operands in calls_in(stack.template.conditions[name].expression):
            if function in _COMPARING:
                comparison = {function: operands}
                yield comparison_text(comparison), comparison


def _stack(
    template: Template,
    region: str,
    values: Mapping[str, str],
    conditions: Mapping[str, bool] | None = None,
) -> Stack:
    known = {name: value for name, value in values.items() if name in template.parameters}
    # A value that the new template refuses is an error of the update, which preflight reports.
    return evaluate(template, region=region, parameters=known, conditions=conditions or {})
