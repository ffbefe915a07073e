"""No client is sent to a region before its tasks run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.load_balancer import LoadBalancer

_EVERYWHERE = "0.0.0.0/0"
_RECORDS = ("AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup")


@claim("Nothing is reachable by name before it serves", "Requirement 4", "Requirement 3")
def nothing_reachable_before_it_serves(topology: Topology) -> Finding:
    """Follow what waits for what: record, health check, service, load balancer, routes.

    Route 53 takes a new health check as healthy until it has results, so a record that does not
    wait for the service sends clients to a region without tasks. CloudFormation deletes in reverse
    order: the record goes first, and clients that know its answer keep it for its TTL. The health
    check waits as well, so that a changed path is asked for only once the tasks that answer it run:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    stack = topology.stack
    lines: list[str] = []
    for balancer in topology.load_balancers:
        if problem := _problem(stack, balancer):
            return broken(problem, *lines)
        lines.append(
            f"{balancer.logical_id}: after the routes of its {len(balancer.subnets)} subnets"
        )
    services = [service for service in topology.services if service.mappings]
    names = [resource.logical_id for resource in stack.of_type(*_RECORDS)]
    checks = [check.logical_id for check in stack.of_type("AWS::Route53::HealthCheck")]
    if names and not services:
        return broken(f"{', '.join(names)} leads to a load balancer without a service", *lines)
    for name in (*names, *checks):
        before = stack.dependencies.before(name)
        for service in services:
            if service.logical_id not in before:
                return broken(f"{name} does not wait for {service.logical_id}", *lines)
        lines.append(f"{name}: after {', '.join(service.logical_id for service in services)}")
    if not topology.load_balancers:
        return broken("there is no load balancer")
    return kept("record, service, load balancer and routes wait for one another", *lines)


def _problem(stack: Stack, balancer: LoadBalancer) -> str:
    """Say what a load balancer lacks or does not wait for."""
    for subnet in balancer.subnets:
        if subnet in stack.resources and not _leads_out(stack, subnet):
            return f"{balancer.logical_id} is in {subnet}, without a route"
    before = stack.dependencies.before(balancer.logical_id)
    for needed in _routes_of(stack, balancer.subnets):
        if needed not in before:
            return f"{balancer.logical_id} does not wait for {needed}"
    return ""


def _leads_out(stack: Stack, subnet: str) -> bool:
    tables = {
        association.properties.target("RouteTableId")
        for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if association.properties.target("SubnetId") == subnet
    }
    return any(
        route.properties.target("RouteTableId") in tables
        and route.properties.text("DestinationCidrBlock") == _EVERYWHERE
        for route in stack.of_type("AWS::EC2::Route")
    )


def _routes_of(stack: Stack, subnets: tuple[str, ...]) -> Iterator[str]:
    """Give the associations of subnets, and the default routes of the tables they lead to."""
    tables: dict[str, None] = {}
    for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        if association.properties.target("SubnetId") in subnets:
            tables[association.properties.target("RouteTableId")] = None
            yield association.logical_id
    for route in stack.of_type("AWS::EC2::Route"):
        if route.properties.target("RouteTableId") in tables:
            yield route.logical_id
