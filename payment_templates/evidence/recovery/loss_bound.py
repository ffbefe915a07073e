"""Finds the parameter with which an operator bounds the lost payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import (
    EVERYTHING,
    TemplateError,
    conditions_in,
    parameters_of,
    record,
    references_in,
)
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.faults.global_databases import rpo_seconds
from payment_templates.evidence.regions import other_regions
from payment_templates.evidence.topology import build_topology

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import Resource, Stack, Template
    from payment_templates.evidence.topology import Topology


_GROUP = "AWS::RDS::DBClusterParameterGroup"


def bounding_choices(topology: Topology) -> Iterator[tuple[str, Topology]]:
    """Yield each parameter that bounds the lost payments with its other value, and the topology.

    Only parameters that take both true and false, and that decide a parameter group, are tried. Of
    the topology, only the databases and the other region are those of this stack.
    """
    stack = topology.stack
    switches = _switches(stack.template)
    if not switches:
        return
    # What is found depends on parameter values, not only on what is read here.
    record(stack, *EVERYTHING)
    given = stack.parameters
    values = tuple((name, given.get(name)) for name in _deciding(stack.template))
    # The values of any parameter can name the other region.
    regions = other_regions(stack.region, given.values())
    key = (bounding_choices.__qualname__, stack.region, regions, values, repr(stack.forced))
    memo = stack.template.memo
    if key not in memo:
        memo[key] = [*_switched(stack, switches)]
    for choice, found in cast("list[tuple[str, Topology]]", memo[key]):
        if _bounds(found) != _bounds(topology):
            yield choice, found


def _switched(stack: Stack, switches: Sequence[str]) -> Iterator[tuple[str, Topology]]:
    for name in switches:
        value = "false" if stack.parameters.get(name) == "true" else "true"
        try:
            other = stack_of(
                stack.template,
                region=stack.region,
                parameters={**stack.parameters, name: value},
                conditions=_tried(stack, name),
            )
        except TemplateError:
            # A rule refuses the value.
            continue
        yield f"{name}={value}", build_topology(other)


def _tried(stack: Stack, switch: str) -> dict[str, bool]:
    """Return the conditions that are tried for this stack, except those that a switch decides."""
    return {
        name: value
        for name, value in stack.forced.items()
        if isinstance(value, bool) and switch not in parameters_of(stack.template, {name})
    }


def _deciding(template: Template) -> Sequence[str]:
    """Return the parameters that decide the databases, or whether a rule refuses the stack."""
    key = (_deciding.__qualname__,)
    if key not in template.memo:
        expressions = [
            [*it.expressions, {"Condition": it.condition}]
            for it in template.resources.values()
            if it.type.startswith("AWS::RDS::")
        ]
        rules = [rule.expressions for rule in template.rules.values()]
        template.memo[key] = _named(template, [*expressions, *rules])
    return cast("list[str]", template.memo[key])


def _switches(template: Template) -> Sequence[str]:
    """Return the parameters that take true and false, and that decide a parameter group."""
    key = (_switches.__qualname__,)
    if key not in template.memo:
        groups = [
            it for it in template.resources.values() if it.type in {_GROUP, "AWS::RDS::DBCluster"}
        ]
        naming = [[_naming_a_group(it), {"Condition": it.condition}] for it in groups]
        template.memo[key] = [
            it for it in _named(template, naming) if template.parameters[it].is_switch
        ]
    return cast("list[str]", template.memo[key])


def _named(template: Template, expressions: object) -> list[str]:
    named = {*references_in(expressions)} | parameters_of(template, conditions_in(expressions))
    return [name for name in template.parameters if name in named]


def _naming_a_group(resource: Resource) -> object:
    """Return a whole parameter group, and of a cluster the name of its group."""
    whole = resource.properties
    if resource.type == _GROUP or not isinstance(whole, dict):
        return whole
    properties = cast("dict[str, object]", whole)
    return properties.get("DBClusterParameterGroupName")


def _bounds(topology: Topology) -> list[float | None]:
    regions = [topology, *([topology.counterpart] if topology.counterpart else [])]
    return [rpo_seconds(region, database) for region in regions for database in region.databases]
