"""What the operator may yet choose: other values of parameters, and conditions left unturned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.errors import EvidenceError
from payment_templates.evidence.resolve.examples import limits
from payment_templates.evidence.resolve.parameters import parameters_of
from payment_templates.evidence.resolve.stack import Stack, resolve_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.evidence.resolve.template import Template


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A stack that no combination covers, and the choice that leads to it."""

    choice: str
    stack: Stack


def doubts_of(examined: tuple[Stack, ...], given: Mapping[str, str]) -> tuple[Doubt, ...]:
    """Vary what all the stacks that are examined, in whatever region, leave as it is.

    Each choice alone: from the defaults, and from the combination in which most conditions hold.
    """
    here = (stack for stack in examined if stack.region == examined[0].region)
    fullest = max(here, key=lambda stack: sum(stack.conditions.values()))
    starts = (examined[0], fullest) if fullest is not examined[0] else (fullest,)
    unturned = _unturned(examined, given)
    return tuple(
        doubt
        for start in starts
        for doubt in (*_with_limits(start, given), *_with_forced(start, unturned))
    )


def _with_limits(start: Stack, given: Mapping[str, str]) -> Iterator[Doubt]:
    for name, parameter in parameters_of(start.template).items():
        if name in given:
            continue
        for text in dict.fromkeys(limits(parameter, start.region)):
            if text != start.parameters[name]:
                values = {**start.parameters, name: text}
                yield from _doubt(f"{name}={text}", start, values, {})


def _with_forced(start: Stack, unturned: Mapping[str, bool]) -> Iterator[Doubt]:
    for name, value in unturned.items():
        choice = f"{name}, which no example {'makes false' if value else 'makes true'}"
        yield from _doubt(choice, start, start.parameters, {name: not value})


def _doubt(
    choice: str, start: Stack, values: Mapping[str, str], forced: Mapping[str, bool]
) -> Iterator[Doubt]:
    """Resolve a choice; one that CloudFormation would refuse is no doubt."""
    try:
        stack = resolve_stack(start.template, region=start.region, parameters=values, forced=forced)
    except EvidenceError:
        return
    yield Doubt(choice=choice, stack=stack)


def _unturned(stacks: tuple[Stack, ...], given: Mapping[str, str]) -> dict[str, bool]:
    """Find the conditions that could be otherwise, but are the same in every stack."""
    first, template = stacks[0].conditions, stacks[0].template
    free = {name for name in template.section("Parameters") if name not in given}
    return {
        name: value
        for name, value in first.items()
        if all(stack.conditions[name] == value for stack in stacks)
        and _depends(template, name, {*free, "AWS::Region", "AWS::Partition", "AWS::AccountId"})
    }


def _depends(template: Template, condition: str, names: set[str]) -> bool:
    expression = template.section("Conditions")[condition]
    text = json.dumps(expression)
    return any(f'"{name}"' in text or f"${{{name}}}" in text for name in names) or any(
        _depends(template, other, names)
        for other in template.section("Conditions")
        if other != condition and f'{{"Condition": "{other}"}}' in text
    )
