"""A load balancer shows the VPC and the zones of its subnets; ministack shows a fixed one."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.services import amend_operations


def install() -> None:
    """Look up each subnet of a load balancer that is shown."""
    amend_operations("elbv2", {"DescribeLoadBalancers": _located})


def _located(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    listed = account.call("ec2", "DescribeSubnets")["Subnets"]
    subnets = {subnet["SubnetId"]: subnet for subnet in listed}
    return {
        **answer,
        "LoadBalancers": [_with_network(entry, subnets) for entry in answer["LoadBalancers"]],
    }


def _with_network(balancer: dict[str, Any], subnets: dict[str, Any]) -> dict[str, Any]:
    places = balancer.get("AvailabilityZones", [])
    known = [place for place in places if place.get("SubnetId") in subnets]
    if not known:
        return balancer
    zones = [
        {**place, "ZoneName": subnets[place["SubnetId"]]["AvailabilityZone"]} for place in known
    ]
    vpc = subnets[known[0]["SubnetId"]]["VpcId"]
    return {**balancer, "VpcId": vpc, "AvailabilityZones": zones}
