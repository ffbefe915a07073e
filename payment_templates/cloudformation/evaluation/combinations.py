"""Evaluates a template for every combination of conditions that its parameters can produce.

Only parameters that decide the requested conditions are varied.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, product
from itertools import combinations as subsets
from math import prod
from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.conditions import Judge
from payment_templates.cloudformation.evaluation.deciding_conditions import (
    parameters_of,
    with_named,
)
from payment_templates.cloudformation.evaluation.new_stack import with_parameters
from payment_templates.cloudformation.references import calls_in, conditions_in, references_in
from payment_templates.cloudformation.values import Value, equal

if TYPE_CHECKING:
    from payment_templates.cloudformation.evaluation.stack import Stack
    from payment_templates.cloudformation.parameters import Parameter
    from payment_templates.cloudformation.template import Template

# Returns candidate values for a parameter, given the texts that it is compared with.
Candidates = Callable[["Parameter", Sequence[str]], Iterable[str]]
# More would take too long: then only single choices, pairs and all choices at once are evaluated.
MOST_COMBINATIONS = 1024
_MOST_PAIRS = 512
_PAIR = 2
_COMPARING = frozenset({"Fn::Equals", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"})


@dataclass(frozen=True, kw_only=True)
class Combinations:
    """Stacks with different conditions; the first one has the initial values."""

    stacks: tuple[Stack, ...]
    # The values of each varied parameter, the value at the start first.
    switches: Mapping[str, tuple[str, ...]]
    # The number of combinations that were not evaluated.
    left_out: int
    # The messages of the violated rules, if the rules refuse all combinations.
    refusals: tuple[str, ...]


def combinations(
    start: Stack,
    candidates: Candidates,
    *,
    fixed: Collection[str] = (),
    about: Collection[str] | None = None,
    most: int = MOST_COMBINATIONS,
    most_pairs: int = _MOST_PAIRS,
) -> Combinations:
    """Vary the parameters that decide the conditions in `about` (default: all), except `fixed`.

    If there are more than `most`, only single changes, pairs and all changes at once are evaluated.
    """
    asked = start.template.conditions if about is None else about
    refusing: frozenset[str] = frozenset()
    while True:
        switches = _switches(start, candidates, asked, fixed, refusing)
        found = _combined(start, switches, asked, most, most_pairs)
        if found.stacks or {*found.refusals} <= refusing:
            return found
        # A rule refuses the values of parameters that decide none of the conditions.
        refusing |= {*found.refusals}


def _combined(
    start: Stack,
    switches: Mapping[str, tuple[str, ...]],
    asked: Collection[str],
    most: int,
    most_pairs: int,
) -> Combinations:
    """Evaluate the combinations of the values of these parameters that the rules accept."""
    # A parameter that has no value in `start` gets the first candidate.
    first = {name: values[0] for name, values in switches.items()}
    if first.keys() - start.parameters.keys():
        start = _with(start, first)
    accepted, total = _accepted_by_rules(start, switches)
    found: dict[tuple[str, ...], Stack] = {}
    refusals: dict[str, None] = {}
    # The first change of each group is the smallest that the rules accept.
    least = {name: text for group in accepted for name, text in group[0].items()}
    changes = (
        _all_changes(accepted)
        if total <= most
        else _few_changes(start, switches, least, most_pairs)
    )
    evaluated = 0
    for values in {frozenset(values.items()): values for values in changes}.values():
        stack = _with(start, values) if values else start
        if stack.broken_rules:
            refusals |= dict.fromkeys(stack.broken_rules)
            continue
        evaluated += 1
        outcome = tuple(repr(stack.conditions[name]) for name in asked if name in stack.conditions)
        found.setdefault(outcome, stack)
    return Combinations(
        stacks=tuple(found.values()),
        switches=switches,
        left_out=max(0, total - evaluated) if total > most else 0,
        refusals=tuple(refusals) if not found else (),
    )


def switches_of(
    start: Stack, candidates: Candidates, *, fixed: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Return the parameters that decide conditions, each with the values that change one.

    The value at the start comes first.
    """
    return _switches(start, candidates, start.template.conditions, fixed)


def _switches(
    start: Stack,
    candidates: Candidates,
    asked: Collection[str],
    fixed: Collection[str],
    refusing: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
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
    rules: list[list[object]] = []
    for rule in template.rules.values():
        expression = [rule.condition, *(it.expression for it in rule.assertions)]
        rules.append(expression)
        if any(assertion.description in refusing for assertion in rule.assertions):
            wanted |= {*references_in(expression)} | _named_by_conditions(template, expression)
    found_rule = True
    while found_rule:
        found_rule = False
        for expression in list(rules):
            named = {*references_in(expression)} | _named_by_conditions(template, expression)
            if named & wanted:
                wanted |= named
                expressions.append(expression)
                rules.remove(expression)
                found_rule = True
    found: dict[str, list[dict[str, object]]] = {}
    for function, operand in calls_in(expressions):
        if function in _COMPARING:
            comparison = {function: operand}
            for name in {*references_in(comparison)} & template.parameters.keys():
                found.setdefault(name, []).append(comparison)
    return found


def _named_by_conditions(template: Template, expression: object) -> set[str]:
    return {*parameters_of(template, conditions_in(expression))}


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


def _accepted_by_rules(
    start: Stack, switches: Mapping[str, tuple[str, ...]]
) -> tuple[list[list[dict[str, str]]], int]:
    """Return the changes of each group of switches that rules connect, and how many there are.

    The smallest first, without those that a rule refuses whatever the other groups are. Of a group
    with very many, only some are returned, and all are counted.
    """
    groups = [
        {name: switches[name] for name in group} for group in _groups(start.template, switches)
    ]
    accepted = [_accepted(start, group) for group in groups]
    counts = (
        len(changes) if len(changes) <= MOST_COMBINATIONS else prod(map(len, group.values()))
        for changes, group in zip(accepted, groups, strict=True)
    )
    return accepted, prod(counts)


def _accepted(start: Stack, switches: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    changes = list(islice(_by_changes(switches), MOST_COMBINATIONS + 1))
    if len(changes) > MOST_COMBINATIONS:
        # Too many to ask the rules about each: only the first one that they accept is looked for.
        return [*_not_refused(start, changes[:_MOST_PAIRS])[:1], *changes]
    return _not_refused(start, changes)


def _not_refused(start: Stack, changes: list[dict[str, str]]) -> list[dict[str, str]]:
    refusals = [{*_with(start, values).broken_rules} for values in changes]
    # Rules of other groups refuse every change of this one.
    of_others = set[str].intersection(*refusals)
    pairs = zip(changes, refusals, strict=True)
    return [values for values, said in pairs if said <= of_others] or changes


def _groups(template: Template, switches: Collection[str]) -> list[list[str]]:
    groups = [[name] for name in switches]
    for rule in template.rules.values():
        expressions = [rule.condition, *(it.expression for it in rule.assertions)]
        named = {*references_in(expressions)} | _named_by_conditions(template, expressions)
        joined = [group for group in groups if named & {*group}]
        if len(joined) > 1:
            groups = [group for group in groups if group not in joined]
            groups.append([name for group in joined for name in group])
    return groups


def _all_changes(accepted: Sequence[Sequence[dict[str, str]]]) -> list[dict[str, str]]:
    """Return every combination of the groups' changes, those with the fewest changes first."""
    joined = ([*chain.from_iterable(one.items() for one in many)] for many in product(*accepted))
    return sorted((dict(items) for items in joined), key=len)


def _few_changes(
    start: Stack,
    switches: Mapping[str, tuple[str, ...]],
    base: Mapping[str, str],
    most_pairs: int,
) -> Iterator[dict[str, str]]:
    """Yield no change, all choices at once, single choices, and pairs up to a limit.

    All have the changes in `base`, which the rules ask for. A choice is what the rules accept: a
    change, or two changes that they accept only together, such as a domain and its hosted zone.
    """

    def accepts(values: Mapping[str, str]) -> bool:
        return not _with(start, values).broken_rules

    yield dict(base)
    choices = _choices(switches, base, accepts)
    yield _together(choices, base, lambda _, values: accepts(values))
    yield _together(
        choices,
        base,
        lambda before, values: accepts(values) and _true(start, values) > _true(start, before),
    )
    yield from ({**base, **choice} for choice in choices)
    pairs = (
        {**base, **one, **other} for one, other in subsets(choices, _PAIR) if not one.keys() & other
    )
    yield from islice(pairs, most_pairs)


def _choices(
    switches: Mapping[str, tuple[str, ...]],
    base: Mapping[str, str],
    accepts: Callable[[Mapping[str, str]], bool],
) -> list[dict[str, str]]:
    """Return the changes that are accepted in addition to the base, alone or only together."""
    singles = [
        {name: text}
        for name, values in switches.items()
        for text in values
        if text != base.get(name, values[0])
    ]
    alone = [single for single in singles if accepts({**base, **single})]
    refused = [single for single in singles if single not in alone]
    together = [
        {**one, **other}
        for one, other in subsets(refused, _PAIR)
        if not one.keys() & other and accepts({**base, **one, **other})
    ]
    return [*alone, *together]


def _together(
    choices: Sequence[Mapping[str, str]],
    base: Mapping[str, str],
    accepts: Callable[[Mapping[str, str], Mapping[str, str]], bool],
) -> dict[str, str]:
    """Apply each choice that is accepted after the ones before, the first of each parameter."""
    found, changed = dict(base), set[str]()
    for choice in choices:
        if not choice.keys() & changed and accepts(found, {**found, **choice}):
            found |= choice
            changed |= choice.keys()
    return found


def _true(start: Stack, values: Mapping[str, str]) -> int:
    """Return the number of conditions that are true."""
    return [*_with(start, values).conditions.values()].count(True)


def _by_changes(switches: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """Yield the combinations by the number of parameters that differ from the start."""
    for count in range(len(switches) + 1):
        for names in subsets(switches, count):
            for values in product(*(switches[name][1:] for name in names)):
                yield dict(zip(names, values, strict=True))


def _with(start: Stack, values: Mapping[str, str]) -> Stack:
    """Return the stack with some parameters changed, the same one for the same values."""
    known: dict[frozenset[tuple[str, str]], Stack]
    known = start.template.memo.setdefault(("changed", start), {})
    key = frozenset(values.items())
    if key not in known:
        known[key] = with_parameters(start, {**start.parameters, **values})
    return known[key]
