"""Finds dependencies between resources that refer to the same thing, without a reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.order.needs import Need
from payment_templates.facts.creation_order import PAIRS, SCALABLE_TARGET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.evidence.deployment.order.needs import Order
    from payment_templates.facts.creation_order import Pair

# The resource types that Application Auto Scaling scales, by the form of the ResourceId.
_SCALED = (
    (re.compile(r"service/[^/]+/(?P<name>.+)"), "AWS::ECS::Service", "ServiceName"),
    (re.compile(r"table/(?P<name>[^/]+)(/index/.+)?"), "AWS::DynamoDB::Table", "TableName"),
    (re.compile(r"cluster:(?P<name>.+)"), "AWS::RDS::DBCluster", "DBClusterIdentifier"),
)


def paired_needs(stack: Stack, _order: Order) -> Iterator[Need]:
    """Yield the dependencies in the table PAIRS."""
    for pair in PAIRS:
        waiting = stack.of_type(pair.waits)
        named = _by_value(stack, pair) if waiting else {}
        for resource in waiting if named else ():
            if needed := named.get(_written(stack, resource.properties.get(pair.by))):
                yield Need(
                    waits=resource.logical_id,
                    needed=tuple(needed),
                    why=pair.why,
                    source=pair.source,
                    one_is_enough=pair.one_is_enough,
                )


def _by_value(stack: Stack, pair: Pair) -> dict[str, list[str]]:
    """Return the needed resources of a pair, by the value that both resources have."""
    found: dict[str, list[str]] = {}
    for resource in stack.of_type(pair.needed):
        if value := _written(stack, resource.properties.get(pair.its)):
            found.setdefault(value, []).append(resource.logical_id)
    return found


def _written(stack: Stack, value: Value) -> str:
    return "" if value is None else repr(stack.expanded(value))


def scaling_needs(stack: Stack, _order: Order) -> Iterator[Need]:
    """Yield the resource that each scalable target scales, by reference or physical name."""
    for target in stack.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        text = target.properties.text("ResourceId")
        for form, resource_type, name in _SCALED:
            found = form.fullmatch(text)
            for resource in stack.of_type(resource_type) if found else ():
                if found and found["name"] in _names(resource, name):
                    yield Need(
                        waits=target.logical_id,
                        needed=(resource.logical_id,),
                        why="only an existing resource can be registered for scaling",
                        source=SCALABLE_TARGET,
                    )


def _names(resource: StackResource, name: str) -> set[str]:
    logical_id = resource.logical_id
    physical = resource.properties.text(name) if name in resource.properties else ""
    return {physical, f"${{{logical_id}}}", f"${{{logical_id}.Name}}"} - {""}
