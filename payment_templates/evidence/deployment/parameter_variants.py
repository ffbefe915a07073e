"""Evaluates a stack with each tested value of a parameter."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.example_values import examples, limits

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack

# The number of typical and of extreme values that are tested for each parameter.
_MOST_VALUES = 4


def variants_of(stack: Stack, name: str) -> list[Stack]:
    """Return the stack with each tested value of a parameter that the template accepts."""
    parameter = stack.template.parameters[name]
    default = parameter.default
    texts = [
        stack.parameters.get(name, ""),
        default or "",
        *islice(examples(parameter, stack.region), _MOST_VALUES),
        *islice(limits(parameter, stack.region), _MOST_VALUES),
    ]
    found: list[Stack] = []
    for text in sorted(set(texts)):
        if parameter.problem(text):
            continue
        values = {**stack.parameters, name: text}
        try:
            found.append(stack_of(stack.template, region=stack.region, parameters=values))
        except TemplateError:
            continue
    return found
