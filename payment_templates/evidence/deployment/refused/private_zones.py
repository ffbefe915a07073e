"""Finds private hosted zones that a VPC already has: Route 53 refuses a second one of a name."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from payment_templates.evidence.network_paths.host_names import endpoint_zone
from payment_templates.evidence.topology.network.private_zones import (
    ZONE_TYPES,
    read_zone,
    vpcs_of_zone,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology


def private_zone_refusals(topology: Topology) -> Iterator[str]:
    """Yield the zones with the name of another zone, or of an endpoint's zone, in the same VPC.

    botocore route53, ConflictingDomainExists. An endpoint with private DNS has a private zone
    (botocore ec2, CreateVpcEndpoint), and EC2 refuses it for "a conflicting DNS domain":
    https://dev.classmethod.jp/articles/when-creating-a-vpc-endpoint-a-conflict-occurs-what-is-the-problem/
    """
    stack = topology.stack
    zones = [
        (zone.logical_id, read_zone(zone), {vpc for vpc in vpcs_of_zone(zone) if vpc})
        for zone in stack.of_type(*ZONE_TYPES)
    ]
    for (first, one, vpcs), (second, other, others) in combinations(zones, 2):
        if one.is_whole and other.is_whole and one.name == other.name:
            for vpc in sorted(vpcs & others):
                yield f"{first} and {second} are private zones of {one.name} in {vpc}: it takes one"
    for endpoint in topology.network.endpoints if zones else ():
        if not (endpoint.interface and endpoint.answers_by_name):
            continue
        own = endpoint_zone(stack, endpoint.service)
        for name, zone, vpcs in zones:
            if zone.is_whole and zone.name == own and endpoint.vpc in vpcs:
                what = f"{name} is a private zone of {own} in {endpoint.vpc}"
                yield f"{what}, where {endpoint.logical_id} has one of that name"
