"""Decides whether load balancer, target group and tasks have addresses of the same kind.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-ip-address-type.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer, TargetGroup

_SUBNET = "AWS::EC2::Subnet"
_SIXTH, _WITHOUT_FOURTH = "ipv6", "dualstack-without-public-ipv4"
_ADDED = "AWS::EC2::SubnetCidrBlock"


def address_problems(
    topology: Topology, service: Service, front: LoadBalancer, group: TargetGroup
) -> Iterator[str]:
    """Yield the subnets without the kind of addresses that a load balancer or its targets need."""
    stack = topology.stack
    takes = _type_of(stack, group.logical_id)
    for name in service.subnets:
        if takes == _SIXTH and not _has_sixth(stack, name):
            yield f"{group.logical_id} takes IPv6 addresses, but {name} has none"
        if takes != _SIXTH and _is_sixth_alone(stack, name):
            yield f"{group.logical_id} takes IPv4 addresses, but {name} has none"
    if _type_of(stack, front.logical_id).startswith("dualstack"):
        for name in front.subnets:
            if not _has_sixth(stack, name):
                yield f"{front.logical_id} is dualstack, but {name} has no IPv6 addresses"


def address_conditions(
    topology: Topology, front: LoadBalancer, group: TargetGroup
) -> Iterator[str]:
    """Yield the assumptions about IPv6, whose routes and security groups are not examined."""
    if _type_of(topology.stack, group.logical_id) == _SIXTH:
        yield f"{front.logical_id} reaches the tasks by IPv6"
    if _type_of(topology.stack, front.logical_id) == _WITHOUT_FOURTH:
        yield f"clients use IPv6: {front.logical_id} has no public IPv4 address"


def _type_of(stack: Stack, name: str) -> str:
    return stack.resources[name].properties.text("IpAddressType")


def _has_sixth(stack: Stack, name: str) -> bool:
    """Return whether a subnet has IPv6 addresses; one outside the template may have them."""
    subnet = stack.of(name, _SUBNET)
    if subnet is None:
        return True
    own = any(text in subnet.properties for text in ("Ipv6CidrBlock", "Ipv6IpamPoolId"))
    return own or any(
        added.properties.target("SubnetId") == name for added in stack.of_type(_ADDED)
    )


def _is_sixth_alone(stack: Stack, name: str) -> bool:
    subnet = stack.of(name, _SUBNET)
    return subnet is not None and subnet.properties.flag("Ipv6Native")
