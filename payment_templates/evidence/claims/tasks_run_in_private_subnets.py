"""Checks that tasks run in private subnets, which the Internet cannot reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


@claim("Tasks run in private subnets", "VPC and Networking", "PCI DSS 1.4.2")
def tasks_run_in_private_subnets(topology: Topology) -> Finding:
    """Check AssignPublicIp of every service, and the routes of its subnets.

    A subnet with a route to an Internet gateway is public. A task with a public address there can
    be reached without the load balancer, if its security groups allow it:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    doubts: list[str] = []
    for service in topology.services:
        open_ = _public_subnets(topology, service)
        if open_ and service.public:
            return broken(f"{service.logical_id} has public addresses in {', '.join(open_)}")
        if open_:
            return broken(f"{service.logical_id} is in public subnets: {', '.join(open_)}")
        addresses = "public addresses" if service.public else "no public address"
        lines.append(f"{service.logical_id}: private subnets, {addresses}")
        if service.public:
            asked = f"{service.logical_id} asks for public addresses, which nothing reaches"
            doubts.append(f"{asked} as long as no subnet of it routes to an Internet gateway")
    if doubts:
        return conditional("; ".join(doubts), *lines)
    return kept("private subnets, no public address", *lines)


def _public_subnets(topology: Topology, service: Service) -> list[str]:
    network = topology.network
    return [
        name
        for name in service.known_subnets
        if name in network
        and any(network.is_internet_gateway(route) for route in network.subnets[name].routes)
    ]
