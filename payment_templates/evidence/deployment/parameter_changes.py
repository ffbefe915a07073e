"""Decides what a changed parameter does to stateful resources: replaced, deleted or refused."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import TemplateError, parameters_of, partition_of
from payment_templates.evidence.deployment.parameter_variants import variants_of
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.regions import other_region
from payment_templates.facts.create_only import CREATE_ONLY
from payment_templates.facts.custom_names import CUSTOM_NAMES
from payment_templates.facts.regions import ZONES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Template

_RETAINED = ("Retain", "RetainExceptOnCreate")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one change of a parameter does to the stateful resources."""

    # LogicalId.Property of the resources that it would replace.
    replaced: tuple[str, ...]
    deleted: tuple[str, ...]
    # A resource with a fixed name that it would replace: CloudFormation then refuses the update.
    refused_by: str


def deciding_presence(template: Template) -> dict[str, tuple[str, ...]]:
    """Return the parameters that decide whether stateful resources exist, each with these."""
    found: dict[str, list[str]] = {}
    for name, resource in template.resources.items():
        if resource.type in CREATE_ONLY and resource.condition in template.conditions:
            for parameter in sorted(parameters_of(template, [str(resource.condition)])):
                found.setdefault(parameter, []).append(name)
    return {parameter: tuple(names) for parameter, names in found.items()}


def changes_of(stack: Stack, parameter: str) -> tuple[Change, ...]:
    """Return each change between two tested values that replaces or deletes a stateful resource.

    "You can't perform an update that causes a custom-named resource to be replaced": the update
    fails and is rolled back before CloudFormation deletes anything, which it does last.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
    """
    memo = stack.template.memo
    key = (__name__, stack.region, parameter)
    if key not in memo:
        variants = _in_regions(stack, parameter) or variants_of(stack, parameter)
        found = (_change(*pair) for pair in permutations(variants, 2))
        memo[key] = tuple(change for change in found if change.replaced or change.deleted)
    return cast("tuple[Change, ...]", memo[key])


def _in_regions(stack: Stack, parameter: str) -> list[Stack]:
    """Return the stack with each of three regions in a parameter that has a region.

    Where a rule refuses one, another parameter with a region changes too.
    """
    regions = [stack.region, other_region(stack.region), _third_region(stack.region)]
    if stack.parameters.get(parameter) not in ZONES:
        return []
    others = [
        name
        for name, text in stack.parameters.items()
        if text in ZONES and name != parameter and not stack.template.parameters[name].problem(text)
    ]
    found: list[Stack] = []
    for text in filter(None, regions):
        alone = [{parameter: text}]
        both = [{parameter: text, name: it} for name in others for it in filter(None, regions)]
        accepted = (_with(stack, values) for values in (*alone, *both))
        found += [it for it in [next(filter(None, accepted), None)] if it]
    return found


def _with(stack: Stack, values: dict[str, str]) -> Stack | None:
    try:
        return stack_of(
            stack.template, region=stack.region, parameters={**stack.parameters, **values}
        )
    except TemplateError:
        return None


def _third_region(region: str) -> str:
    taken = {region, other_region(region)}
    peers = (peer for peer in ZONES if partition_of(peer) == partition_of(region))
    return next((peer for peer in peers if peer not in taken), "")


def is_refused(changes: tuple[Change, ...]) -> bool:
    """Return whether CloudFormation refuses every change, so that nothing is lost."""
    return bool(changes) and all(change.refused_by for change in changes)


def _change(before: Stack, after: Stack) -> Change:
    replaced: list[str] = []
    deleted: list[str] = []
    refused_by = ""
    for resource in before.of_type(*CREATE_ONLY):
        other = after.resources.get(resource.logical_id)
        if other is None:
            if resource.deletion_policy not in _RETAINED:
                deleted.append(resource.logical_id)
            continue
        places = [*_replaced(resource, other)]
        replaced += places
        if places and _keeps_its_name(resource, other):
            refused_by = refused_by or resource.logical_id
    return Change(replaced=tuple(replaced), deleted=tuple(deleted), refused_by=refused_by)


def _keeps_its_name(before: StackResource, after: StackResource) -> bool:
    naming = CUSTOM_NAMES.get(before.type, "")
    old, new = before.properties.get(naming), after.properties.get(naming)
    return old is not None and str(old) == str(new)


def _replaced(before: StackResource, after: StackResource) -> Iterator[str]:
    for name in CREATE_ONLY[before.type]:
        old, new = (str(each.properties.get(name)) for each in (before, after))
        if old != new:
            yield f"{before.logical_id}.{name}"
