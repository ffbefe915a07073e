"""Every combination of conditions that parameters can switch, each as a resolved stack."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.conditions import broken_rule, conditions_of
from payment_templates.evidence.resolve.errors import EvidenceError
from payment_templates.evidence.resolve.parameters import (
    Parameter,
    examples,
    parameters_of,
    refuse_unknown,
    values_of,
)
from payment_templates.evidence.resolve.stack import Stack, resolve_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.template import Template

# More parameters than these in conditions would take longer than anyone waits for.
MOST_SWITCHES = 10


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
) -> dict[str, tuple[str, str]]:
    """Find the parameters that decide a condition or a rule, each with its two values."""
    decided = str(template.section("Conditions")) + str(template.section("Rules"))
    switches: dict[str, tuple[str, str]] = {}
    for name, parameter in parameters_of(template).items():
        if name in given or not re.search(rf"\b{name}\b", decided):
            continue
        other = _turning(template, region, start, parameter)
        if other is not None:
            switches[name] = (start[name], other)
    if len(switches) > MOST_SWITCHES:
        raise EvidenceError(
            f"{len(switches)} parameters decide conditions, {MOST_SWITCHES} are examined: "
            f"fix some with --parameter, such as {list(switches)[-1]}"
        )
    return switches


def _turning(
    template: Template, region: str, start: Mapping[str, str], parameter: Parameter
) -> str | None:
    """Give the first example of a parameter that turns a condition or a rule."""

    def outcome(text: str) -> tuple[dict[str, bool], str]:
        values = values_of(template, region, {**start, parameter.name: text})
        return conditions_of(template, region, values), broken_rule(template, region, values)

    before = outcome(start[parameter.name])
    return next((text for text in examples(parameter, region) if outcome(text) != before), None)
