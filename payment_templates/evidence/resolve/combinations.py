"""Every combination of conditions that parameters can switch, each as a resolved stack."""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.conditions import (
    broken_rule,
    comparisons_of,
    conditions_of,
)
from payment_templates.evidence.resolve.errors import EvidenceError
from payment_templates.evidence.resolve.examples import examples
from payment_templates.evidence.resolve.parameters import (
    Parameter,
    parameters_of,
    refuse_unknown,
    values_of,
)
from payment_templates.evidence.resolve.stack import Stack, resolve_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.template import Template

# More than these would take longer than anyone waits for.
MOST_COMBINATIONS = 1024


def stacks_of(template: Template, *, region: str, given: Mapping[str, str]) -> tuple[Stack, ...]:
    """Resolve the template once for each combination; the first is that of the defaults.

    A parameter that is given keeps its value. Raises EvidenceError for values that are not taken.
    """
    parameters = parameters_of(template)
    refuse_unknown(parameters, given)
    start = {name: _start(parameter, region, given) for name, parameter in parameters.items()}
    switches = _switches(template, region, start, given)
    found: dict[tuple[bool, ...], dict[str, str]] = {}
    refusal = ""
    for choice in product(*switches.values()):
        values = {**start, **dict(zip(switches, choice, strict=True))}
        known = values_of(template, region, values)
        if broken := broken_rule(template, region, known):
            refusal = refusal or broken
            continue
        outcome = tuple(conditions_of(template, region, known).values())
        found.setdefault(outcome, values)
    if not found:
        raise EvidenceError(f"the template refuses these parameters: {refusal}")
    return tuple(
        resolve_stack(template, region=region, parameters=values) for values in found.values()
    )


def _start(parameter: Parameter, region: str, given: Mapping[str, str]) -> str:
    if parameter.name in given:
        return given[parameter.name]
    if parameter.default is not None:
        return parameter.default
    example = next(examples(parameter, region), None)
    if example is None:
        raise EvidenceError(
            f"the parameter {parameter.name} has no default: "
            f"give it with --parameter {parameter.name}=VALUE"
        )
    return example


def _switches(
    template: Template, region: str, start: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Find the parameters that decide a comparison, each with a value for every outcome."""
    decided = str(template.section("Conditions")) + str(template.section("Rules"))
    switches: dict[str, tuple[str, ...]] = {}
    for name, parameter in parameters_of(template).items():
        if name in given or not re.search(rf"\b{re.escape(name)}\b", decided):
            continue
        values = _turning(template, region, start, parameter)
        if len(values) > 1:
            switches[name] = values
    count = prod(len(values) for values in switches.values())
    if count > MOST_COMBINATIONS:
        raise EvidenceError(
            f"{len(switches)} parameters decide conditions: {count} combinations, "
            f"{MOST_COMBINATIONS} are examined: fix some with --parameter, "
            f"such as {list(switches)[-1]}"
        )
    return switches


def _turning(
    template: Template, region: str, start: Mapping[str, str], parameter: Parameter
) -> tuple[str, ...]:
    """Give a parameter's value at the start, and one for each other outcome of comparisons.

    Comparisons, not conditions: two parameters may each do nothing without the other.
    """

    def compared(text: str) -> tuple[tuple[object, object], ...]:
        values = values_of(template, region, {**start, parameter.name: text})
        return comparisons_of(template, region, values, parameter.name)

    found: dict[tuple[bool, ...], str] = {}
    first = start[parameter.name]
    sides = (side for pair in compared(first) for side in pair if isinstance(side, str))
    for text in (first, *examples(parameter, region, sides)):
        found.setdefault(tuple(left == right for left, right in compared(text)), text)
    return tuple(found.values())
