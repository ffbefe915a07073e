"""Finds choices that no combination covers: other parameter values and unchanged conditions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, decided_by, parameters_of, references_in
from payment_templates.cloudformation.references import branches_in, calls_in
from payment_templates.evidence.evaluated_stacks import evaluated, stack_of
from payment_templates.evidence.example_values import ZONE_TYPE, examples, limits
from payment_templates.evidence.settled_conditions import is_settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Stack, Template

_KEYS = ("keys of mappings",)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A stack that no combination covers, with a description of the choice."""

    words: str
    stack: Stack


def choices_of(
    first: Stack, varied: Sequence[Stack], given: Mapping[str, str]
) -> tuple[Choice, ...]:
    """Return a choice for each value that is the same in the first and all varied stacks.

    Each choice is applied alone: to the first stack, and to the first of the varied ones that
    CloudFormation accepts.
    """
    fullest = next((it for it in varied if it.region == first.region and not it.problems), first)
    is_other = fullest.conditions != first.conditions
    unchanged = _unchanged((first, *varied), given)
    changed = (
        f"{name}={text}"
        for name, text in fullest.parameters.items()
        if text != first.parameters.get(name)
    )
    # Before its variants, so that no harmless change of it gets the blame.
    whole = [Choice(words=", ".join(changed), stack=fullest)] if is_other else []
    return (
        *_with_limits(first, given),
        *_with_one_zone(first, given),
        *_with_forced(first, unchanged),
        *whole,
        *(_with_limits(fullest, given) if is_other else ()),
        *(_with_forced(fullest, unchanged) if is_other else ()),
        *_in_other_branches((first, fullest), varied, given, unchanged),
    )


def _in_other_branches(
    starts: tuple[Stack, Stack],
    varied: Sequence[Stack],
    given: Mapping[str, str],
    unchanged: Mapping[str, bool],
) -> Iterator[Choice]:
    """Yield the choices for branches of the template that neither of the two stacks has.

    Each on the nearest stack that has the branch, if need be with conditions that no value causes.
    """
    region = starts[0].region
    stacks = [*starts, *(it for it in varied if it.region == region and not it.broken_rules)]
    done: set[tuple[int, frozenset[str], str]] = set()
    for guards, names in _branches(starts[0].template).items():
        forced = {name: value for name, value in guards if unchanged.get(name) is (not value)}
        others = [(name, value) for name, value in guards if name not in forced]
        base = next((it for it in range(len(stacks)) if _has(stacks[it], others)), None)
        is_examined = base is not None and base < len(starts)
        if base is None or (is_examined and not forced):
            continue
        start = stacks[base]
        words = ", ".join(f"{name} {str(value).lower()}" for name, value in sorted(guards))
        parameters = names & start.template.parameters.keys() - given.keys()
        for name in ("", *sorted(parameters)):
            key = (base, frozenset(forced), name)
            if key in done:
                continue
            done.add(key)
            if name:
                yield from _with_limits_of(name, start, words, forced)
            elif forced and not (is_examined and len(forced) == 1):
                yield from _choice(words, start, start.parameters, forced)


def _has(stack: Stack, guards: Iterable[tuple[str, bool]]) -> bool:
    return all(stack.conditions.get(name) is value for name, value in guards)


def _with_limits_of(
    name: str, start: Stack, words: str, forced: Mapping[str, bool]
) -> Iterator[Choice]:
    for text in _limits_of(start, name):
        if text != start.parameters.get(name):
            values = {**start.parameters, name: text}
            yield from _choice(f"{name}={text} and {words}", start, values, forced)


def _branches(template: Template) -> Mapping[frozenset[tuple[str, bool]], set[str]]:
    """Return the references of each branch of the resources, by the conditions that lead to it."""
    found: dict[frozenset[tuple[str, bool]], set[str]] = {}
    for resource in template.resources.values():
        when = frozenset({(resource.condition, True)} if resource.condition else ())
        for guards, names in branches_in([*resource.expressions], when).items():
            found.setdefault(guards, set()).update(names)
    return found


def _with_limits(start: Stack, given: Mapping[str, str]) -> Iterator[Choice]:
    for name in start.template.parameters:
        if name in given or name not in start.parameters:
            continue
        for text in _limits_of(start, name):
            if text != start.parameters[name]:
                values = {**start.parameters, name: text}
                yield from _choice(f"{name}={text}", start, values, {})


def _with_one_zone(start: Stack, given: Mapping[str, str]) -> Iterator[Choice]:
    """Yield the choice of one zone for all parameters that name a zone."""
    parameters = start.template.parameters
    names = [name for name in start.parameters if parameters[name].type == ZONE_TYPE]
    free = [name for name in names if name not in given]
    if len(free) > 1:
        same = dict.fromkeys(free, start.parameters[free[0]])
        words = ", ".join(f"{name}={zone}" for name, zone in same.items())
        yield from _choice(words, start, {**start.parameters, **same}, {})


def _limits_of(start: Stack, name: str) -> Iterable[str]:
    """Return the values of a parameter to try: its limits, and the keys of mappings."""
    parameter = start.template.parameters[name]
    keys = start.template.derived(_mapping_keys).get(name, ())
    accepted = (text for text in keys if not parameter.problem(text))
    return dict.fromkeys((*limits(parameter, start.region), *accepted))


def _mapping_keys(template: Template) -> Mapping[str, list[str]]:
    """Return the keys that each parameter can select in Fn::FindInMap: it has no other value."""
    found: dict[str, list[str]] = {}
    expressions = [each for it in template.resources.values() for each in it.expressions]
    for function, operand in calls_in(expressions):
        match function, operand:
            case "Fn::FindInMap", [str(name), top, second, *_]:
                tables = template.mappings.get(name, {})
                levels = ((top, [tables]), (second, tables.values()))
                for key, level in levels:
                    for parameter in references_in(key):
                        found.setdefault(parameter, []).extend(chain.from_iterable(level))
            case _:
                pass
    return found


def _with_forced(start: Stack, unchanged: Mapping[str, bool]) -> Iterator[Choice]:
    for name, value in unchanged.items():
        words = f"{name} {'false' if value else 'true'}, which no example value causes"
        yield from _choice(words, start, start.parameters, {name: not value})


def _choice(
    words: str, start: Stack, values: Mapping[str, str], forced: Mapping[str, bool]
) -> Iterator[Choice]:
    """Yield a choice, unless CloudFormation refuses it."""
    try:
        stack = stack_of(start.template, region=start.region, parameters=values, conditions=forced)
    except TemplateError:
        return
    yield Choice(words=words, stack=stack)


def _unchanged(stacks: tuple[Stack, ...], given: Mapping[str, str]) -> dict[str, bool]:
    """Return the conditions that can change but have the same value in every stack."""
    first, template = stacks[0].conditions, stacks[0].template
    free = template.parameters.keys() - given.keys()
    refused = _refused(stacks[0], free)
    # What the operator chooses with the stack: its name, its topics, its region and account.
    places = {
        *("AWS::Region", "AWS::Partition", "AWS::URLSuffix", "AWS::AccountId"),
        *("AWS::StackName", "AWS::StackId", "AWS::NotificationARNs"),
    }
    return {
        name: value is True
        for name, value in first.items()
        if all(stack.conditions[name] == value for stack in stacks)
        and decided_by(template, [name]) & (free | places)
        and not any(
            it.conditions[name] is not (value is True)
            for parameter in parameters_of(template, [name])
            for it in refused.get(parameter, ())
        )
        and not is_settled(stacks[0], name, free)
    }


def _refused(start: Stack, free: set[str]) -> Mapping[str, tuple[Stack, ...]]:
    """Return the stacks that a rule of the template refuses, by the parameter that is changed."""
    template, region = start.template, start.region
    found: dict[str, tuple[Stack, ...]] = {}
    for name in sorted(free) if template.rules else ():
        parameter = template.parameters[name]
        if parameter.default is None:
            continue
        stacks = (
            evaluated(
                template,
                region=region,
                parameters={**start.parameters, name: text},
                mappings_open=start.mappings_open,
            )
            for text in dict.fromkeys((parameter.default, *examples(parameter, region)))
        )
        found[name] = tuple(it for it in stacks if it.broken_rules)
    return found
