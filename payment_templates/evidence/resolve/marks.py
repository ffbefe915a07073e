"""A resource with marks in place of parameters: where each value goes, and how long it can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.resolve.functions import resolve
from payment_templates.evidence.resolve.parameters import parameters_of, values_of
from payment_templates.evidence.resolve.references import NO_VALUE, Names
from payment_templates.evidence.resolve.regions import LONGEST_REGION
from payment_templates.evidence.resolve.values import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.template import Template

# Of Unicode's private use area: it stands in no template.
MARK = "\ue000"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_LONGEST_STACK_NAME = 128


def longest_values(template: Template) -> dict[str, str]:
    """Give marks as long as the longest value of everything that a name is made of."""
    longest = {
        name: MARK * max(map(len, parameter.choices), default=parameter.most_characters)
        for name, parameter in parameters_of(template).items()
        if parameter.document.get("Type") == "String"
    }
    stack_name, region = MARK * _LONGEST_STACK_NAME, MARK * LONGEST_REGION
    return {**longest, "AWS::Region": region, "AWS::StackName": stack_name}


def marked(
    stack: Stack, resource: Resource, properties: tuple[str, ...], values: Mapping[str, str]
) -> Resource:
    """Resolve some properties of a resource again, with other values, under the same conditions."""
    # Combinations share the resources that they do not change: each is marked once.
    key = ("marked", str(id(resource)), *properties, *values)
    known = stack.template.known
    if key not in known:
        known[key] = _marked(stack, resource, properties, values)
    return cast("Resource", known[key])


def _marked(
    stack: Stack, resource: Resource, properties: tuple[str, ...], values: Mapping[str, str]
) -> Resource:
    names = Names(
        region=stack.region,
        values={**values_of(stack.template, stack.region, stack.parameters), **values},
        resources={name: name in stack.resources for name in stack.template.section("Resources")},
        conditions=stack.conditions,
        mappings=stack.template.section("Mappings"),
    )
    document = stack.template.section("Resources")[resource.logical_id].get("Properties", {})
    place = resource.fields.place
    entries = {
        name: resolve(document[name], f"{place}.{name}", names)
        for name in properties
        if name in document
    }
    made = {name: entry for name, entry in entries.items() if entry is not NO_VALUE}
    return replace(resource, fields=Fields(place=place, entries=made))
