"""Finds what has a public address in a VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import equal
from payment_templates.report.comparison.differences import is_same
from payment_templates.report.comparison.network_update import vpcs_of
from payment_templates.report.comparison.slot_matching import at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value

# The types with public addresses: where their subnets are, the property that decides, the value
# with which they have one, and whether they have one without it. botocore: ec2, CreateNatGateway,
# and elbv2, CreateLoadBalancer ("The default is an Internet-facing load balancer"), and ecs,
# AwsVpcConfiguration.
_PUBLIC: dict[str, tuple[tuple[str, ...], str, str, bool]] = {
    "AWS::EC2::NatGateway": (("SubnetId",), "ConnectivityType", "public", True),
    "AWS::ECS::Service": (
        ("NetworkConfiguration.AwsvpcConfiguration.Subnets",),
        "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",
        "ENABLED",
        False,
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        ("Subnets", "SubnetMappings"),
        "Scheme",
        "internet-facing",
        True,
    ),
}


def public_addresses(vpc: Value, stack: Stack) -> Iterator[str]:
    """Yield the resources that certainly have a public address in a VPC."""
    for resource in stack.of_type(*_PUBLIC):
        if _is_public(resource) and any(is_same(it, vpc) for it in _vpcs(resource, stack)):
            yield resource.logical_id


def _is_public(resource: StackResource) -> bool:
    _, path, value, default = _PUBLIC[resource.type]
    found = at(resource.properties.entries, path)
    return resource.created is True and (default if found is None else equal(found, value) is True)


def _vpcs(resource: StackResource, stack: Stack) -> Iterator[Value]:
    paths, *_ = _PUBLIC[resource.type]
    for path in paths:
        yield from vpcs_of([at(resource.properties.entries, path)], stack)
