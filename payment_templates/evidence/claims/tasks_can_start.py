"""Every subnet of the service reaches what a task needs to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.topology.security import ANYONE

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.service import Service

_HTTPS_PORT = 443


@claim("A task can start in every subnet of the service", "Requirement 2", "ECS: VPC endpoints")
def tasks_can_start(topology: Topology) -> Finding:
    """Follow each subnet's routes and endpoints, and the egress rules, to image, secrets and logs.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """
    if not topology.services:
        return broken("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        if not _is_let_out(topology, service):
            groups = ", ".join(service.security_groups)
            return broken(f"{groups} lets no task connect to {ANYONE} on {_HTTPS_PORT}")
        for name in service.subnets:
            if problem := _problem(topology, service, name):
                return broken(f"{name} {problem}", *lines)
            lines.append(f"{name}: {_way_out(topology, service, name) or 'endpoints alone'}")
    return kept(f"{len(lines)} subnets reach image, secrets and logs", *lines)


def _is_let_out(topology: Topology, service: Service) -> bool:
    return not service.security_groups or any(
        rule.group in service.security_groups and not rule.inward and rule.lets(ANYONE, _HTTPS_PORT)
        for rule in topology.rules
    )


def _problem(topology: Topology, service: Service, name: str) -> str:
    subnet = topology.network.subnets.get(name)
    if subnet is None:
        return "is no subnet of the stack"
    missing = [need for need in service.needs if need not in subnet.endpoints]
    if missing and not _way_out(topology, service, name):
        return f"cannot reach: {', '.join(missing)}"
    return ""


def _way_out(topology: Topology, service: Service, name: str) -> str:
    """Give the gateway by which a task leaves a subnet, empty when there is none that leads out."""
    subnets = topology.network.subnets
    if service.public:
        return subnets[name].internet_gateway
    for gateway in topology.network.nat_gateways:
        if gateway.logical_id == subnets[name].nat_gateway and gateway.subnet in subnets:
            return gateway.logical_id if subnets[gateway.subnet].internet_gateway else ""
    return ""
