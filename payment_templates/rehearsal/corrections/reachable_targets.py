"""Decides whether the security groups let a load balancer reach the tasks of a service.

"the security groups for your targets must allow traffic from the load balancer on the listener port
and the health check port": Application Load Balancers User Guide, "Security groups".
"""

from collections.abc import Collection, Mapping
from ipaddress import IPv4Network
from typing import Any

from payment_templates.rehearsal import account

_ALL_PROTOCOLS = "-1"


def is_reachable(balancer: Mapping[str, Any], service: Mapping[str, Any], port: int) -> bool:
    """Return whether a security group on each side allows a connection to the port."""
    network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    sources, targets = balancer.get("SecurityGroups", []), network.get("securityGroups", [])
    if not sources or not targets:
        # The default group of the VPC: its members reach each other.
        return True
    balancer_subnets = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
    from_blocks, to_blocks = _blocks(balancer_subnets), _blocks(network["subnets"])
    groups = {
        group["GroupId"]: group
        for group in account.call("ec2", "DescribeSecurityGroups", GroupIds=[*sources, *targets])[
            "SecurityGroups"
        ]
    }
    return any(
        _allows(rule, port, targets, to_blocks)
        for source in sources
        for rule in groups[source].get("IpPermissionsEgress", [])
    ) and any(
        _allows(rule, port, sources, from_blocks)
        for target in targets
        for rule in groups[target].get("IpPermissions", [])
    )


def _blocks(subnets: Collection[str]) -> list[IPv4Network]:
    shown = account.call("ec2", "DescribeSubnets", SubnetIds=[*subnets])["Subnets"]
    return [IPv4Network(subnet["CidrBlock"]) for subnet in shown]


def _allows(
    rule: Mapping[str, Any], port: int, groups: Collection[str], blocks: Collection[IPv4Network]
) -> bool:
    if rule["IpProtocol"] != _ALL_PROTOCOLS and not (
        rule["IpProtocol"] == "tcp" and rule["FromPort"] <= port <= rule["ToPort"]
    ):
        return False
    if any(pair.get("GroupId") in groups for pair in rule.get("UserIdGroupPairs", [])):
        return True
    ranges = [IPv4Network(one["CidrIp"]) for one in rule.get("IpRanges", [])]
    return all(any(block.subnet_of(allowed) for allowed in ranges) for block in blocks)
