"""Properties with marks in place of parameters: where each value goes, and how long it can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Properties
from payment_templates.facts.regions import LONGEST_REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Json, Stack, StackResource, Template

# From Unicode's private use area: no template has it.
MARK = "\ue000"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_LONGEST_STACK_NAME = 128
_LONGEST_VALUE = 4096


def longest_values(template: Template) -> dict[str, str]:
    """Return marks as long as the longest value of everything that a name is made of."""
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
    """Evaluate some properties of a resource with other values, under the same conditions."""
    # Stacks share the resources that are the same in them: the markers are set once.
    key = ("with_markers", resource, *properties, *values)
    memo = stack.template.memo
    if key not in memo:
        memo[key] = _with_markers(stack, resource, properties, values)
    return cast("StackResource", memo[key])


def _with_markers(
    stack: Stack, resource: StackResource, properties: tuple[str, ...], values: Mapping[str, str]
) -> StackResource:
    evaluator = stack.with_values(values).evaluator()
    declared = cast("Json", stack.template.resources[resource.logical_id].properties)
    place = resource.properties.place
    entries = {
        name: value
        for name in properties
        if name in declared and (value := evaluator.value(declared[name], place, name)) is not None
    }
    return replace(resource, properties=Properties(place=place, entries=entries))
