"""Shows the VPC and the zones of a load balancer's subnets; ministack shows fixed values."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.services import amend_operations


def install() -> None:
    """Look up the subnets of each described load balancer."""
    amend_operations("elbv2", {"DescribeLoadBalancers": _located})


def _located(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    listed = account.call("ec2", "DescribeSubnets")["Subnets"]
    subnets = {subnet["SubnetId"]: subnet for subnet in listed}
    return {
        **answer,
        "LoadBalancers": [_with_network(entry, subnets) for entry in answer["LoadBalancers"]],
    }


def _with_network(balancer: dict[str, Any], subnets: dict[str, Any]) -> dict[str, Any]:
    entries = balancer.get("AvailabilityZones", [])
    known = [entry for entry in entries if entry.get("SubnetId") in subnets]
    if not known:
        return balancer
    zones = [
        {**entry, "ZoneName": subnets[entry["SubnetId"]]["AvailabilityZone"]} for entry in known
    ]
    vpc = subnets[known[0]["SubnetId"]]["VpcId"]
    return {**balancer, "VpcId": vpc, "AvailabilityZones": zones}
