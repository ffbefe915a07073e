"""Finds choices that no combination covers: other parameter values and unchanged conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, decided_by, parameters_of
from payment_templates.evidence.evaluated_stacks import evaluated, stack_of
from payment_templates.evidence.example_values import examples, limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Stack


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
        *_with_forced(first, unchanged),
        *whole,
        *(_with_limits(fullest, given) if is_other else ()),
        *(_with_forced(fullest, unchanged) if is_other else ()),
    )


def _with_limits(start: Stack, given: Mapping[str, str]) -> Iterator[Choice]:
    for name, parameter in start.template.parameters.items():
        if name in given or name not in start.parameters:
            continue
        for text in dict.fromkeys(limits(parameter, start.region)):
            if text != start.parameters[name]:
                values = {**start.parameters, name: text}
                yield from _choice(f"{name}={text}", start, values, {})


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
    places = {"AWS::Region", "AWS::Partition", "AWS::AccountId"}
    return {
        name: value is True
        for name, value in first.items()
        if all(stack.conditions[name] == value for stack in stacks)
        and decided_by(template, [name]) & (free | places)
        and not _is_ruled_out(stacks[0], name, free, value=value is True)
    }


def _is_ruled_out(start: Stack, condition: str, free: set[str], *, value: bool) -> bool:
    """Return whether a rule of the template refuses the values that would change a condition."""
    template, region = start.template, start.region
    for name in sorted(parameters_of(template, [condition]) & free):
        parameter = template.parameters[name]
        if parameter.default is None:
            continue
        for text in dict.fromkeys((parameter.default, *examples(parameter, region))):
            other = evaluated(
                template,
                region=region,
                parameters={**start.parameters, name: text},
                mappings_open=start.mappings_open,
            )
            if other.conditions[condition] is not value and other.broken_rules:
                return True
    return False
