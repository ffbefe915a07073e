"""Finds what else is in a security group: instances, network interfaces, functions, proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Reference, references_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Stack, Template, Value

_GROUP = "AWS::EC2::SecurityGroup"
# The types whose membership the topology reads, and those that are no members.
_OTHER_TYPES = {
    *(_GROUP, "AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress"),
    *("AWS::EC2::VPCEndpoint", "AWS::ECS::Service", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
}
# The property of a network interface; all others are named SecurityGroups, VpcSecurityGroupIds, ...
_OF_INTERFACE = {"Groups", "GroupSet"}
# The variables of a function or container are not its network.
_VARIABLES = "Environment"


def further_members(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield each other resource that is in a security group of the stack, and the group."""
    groups = {group.logical_id for group in stack.of_type(_GROUP)}
    for name in stack.template.derived(_candidates):
        resource = stack.resources.get(name)
        found = _groups_in(resource.properties.entries) if resource else ()
        yield from ((name, group) for group in dict.fromkeys(found) if group in groups)


def _candidates(template: Template) -> tuple[str, ...]:
    """Return the resources that refer to a security group under any conditions."""
    groups = {name for name, it in template.resources.items() if it.type == _GROUP}
    return tuple(
        name
        for name, resource in template.resources.items()
        if resource.type not in _OTHER_TYPES
        and not groups.isdisjoint(references_in(resource.properties))
    )


def _groups_in(value: Value | Mapping[str, Value]) -> Iterator[str]:
    """Yield the logical IDs in the properties that list security groups."""
    if isinstance(value, dict):
        for name, entry in value.items():
            if name in _OF_INTERFACE or "securitygroup" in name.lower():
                yield from _references(entry)
            elif name != _VARIABLES:
                yield from _groups_in(entry)
    elif isinstance(value, (list, tuple)):
        for entry in cast("Sequence[Value]", value):
            yield from _groups_in(entry)


def _references(value: Value) -> Iterator[str]:
    if isinstance(value, Reference):
        yield value.logical_id
    elif isinstance(value, (list, tuple)):
        for entry in cast("Sequence[Value]", value):
            yield from _references(entry)
