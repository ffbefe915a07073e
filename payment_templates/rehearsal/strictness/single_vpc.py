"""Rejects a resource that references two VPCs, or an ID that does not exist.

EC2's wording: github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2749.
"""

import re
from collections.abc import Iterator

from payment_templates.rehearsal import account
from payment_templates.rehearsal.document import is_list, is_object
from payment_templates.rehearsal.strictness.desired import Desired

# Each ID prefix: the list operation, its list, the ID in an entry, and the name in AWS's message.
_KINDS = {
    "vpc": ("DescribeVpcs", "Vpcs", "VpcId", "vpc ID"),
    "subnet": ("DescribeSubnets", "Subnets", "SubnetId", "subnet ID"),
    "sg": ("DescribeSecurityGroups", "SecurityGroups", "GroupId", "security group"),
    "rtb": ("DescribeRouteTables", "RouteTables", "RouteTableId", "routeTable ID"),
}
_IDENTIFIER = re.compile(r"(vpc|subnet|sg|rtb)-[0-9a-f]{8,17}")
# These types connect several VPCs by design.
_JOINING = frozenset({"AWS::EC2::VPCPeeringConnection", "AWS::Route53::HostedZone"})


def check(desired: Desired) -> Iterator[str]:
    """Reject identifiers that are unknown in the region or belong to different VPCs."""
    if desired.resource_type in _JOINING:
        return
    networks: set[str] = set()
    for identifier in sorted(set(_identifiers(desired.properties))):
        operation, members, key, name = _KINDS[identifier.partition("-")[0]]
        listed = account.call("ec2", operation)[members]
        vpc = next((entry["VpcId"] for entry in listed if entry[key] == identifier), None)
        if vpc is None:
            yield f"The {name} '{identifier}' does not exist"
            return
        networks.add(vpc)
    if len(networks) > 1:
        yield (
            "You have specified two resources that belong to different networks. "
            f"({', '.join(sorted(networks))})"
        )


def _identifiers(value: object) -> Iterator[str]:
    if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
        yield value
    elif is_object(value):
        for entry in value.values():
            yield from _identifiers(entry)
    elif is_list(value):
        for entry in value:
            yield from _identifiers(entry)
