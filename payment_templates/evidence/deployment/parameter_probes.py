"""Evaluates properties with markers as parameter values, to see where a value is used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Properties
from payment_templates.facts.regions import LONGEST_REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Json, Stack, StackResource, Template

# A character from Unicode's private use area, which templates do not contain.
MARK = "\ue000"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_LONGEST_STACK_NAME = 128
_LONGEST_VALUE = 4096


def longest_values(template: Template) -> dict[str, str]:
    """Return markers of the maximum length for each parameter, the region and the stack name."""
    longest = {
        name: MARK
        * max(map(len, parameter.allowed_values), default=parameter.max_length or _LONGEST_VALUE)
        for name, parameter in template.parameters.items()
        if parameter.type == "String"
    }
    stack_name, region = MARK * _LONGEST_STACK_NAME, MARK * LONGEST_REGION
    return {**longest, "AWS::Region": region, "AWS::StackName": stack_name}


def with_markers(
    stack: Stack, resource: StackResource, properties: tuple[str, ...], values: Mapping[str, str]
) -> StackResource:
    """Return a resource with only these properties, evaluated with other values for Ref.

    The conditions keep their values. Stacks share equal resources, so store with the resource what
    follows from it.
    """
    evaluator = _marked(stack, values).evaluator()
    declared = cast("Json", stack.template.resources[resource.logical_id].properties)
    place = resource.properties.place
    entries = {
        name: value
        for name in properties
        if name in declared and (value := evaluator.value(declared[name], place, name)) is not None
    }
    return replace(resource, properties=Properties(place=place, entries=entries))


def _marked(stack: Stack, values: Mapping[str, str]) -> Stack:
    """Return the stack with other values for Ref, stored with the stack."""
    known: dict[tuple[str, ...], Stack] = vars(stack).setdefault("marked", {})
    key = (*values, *values.values())
    if key not in known:
        known[key] = stack.with_values(values)
    return known[key]
