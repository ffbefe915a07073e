"""No client is sent to a region before it serves."""

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
# What sends clients to a load balancer, or asks it whether it is healthy.
_RECORDS = ("AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup")
_NAMES = (*_RECORDS, "AWS::Route53::HealthCheck")
_SEPARATE_RULES = ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")


@claim("The domain name leads to the stack only while it serves", "Requirement 4", "Requirement 3")
def nothing_reachable_before_it_serves(topology: Topology) -> Finding:
    """Follow references and DependsOn, under each combination of conditions.

    The record and its health check wait for the service, its rules, the listeners and the
    database's writer; the load balancer waits for the routes of its subnets. Route 53 takes a new
    health check as healthy until it has results, so nothing else keeps clients away:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    CloudFormation deletes in reverse order, so the record is deleted first, and clients that know
    its answer keep it for its TTL. It updates in the same order, so a changed path is asked for
    only once the tasks that answer it run.
    """
    stack = topology.stack
    if not topology.load_balancers:
        return broken("there is no load balancer")
    records = [record.logical_id for record in stack.of_type(*_RECORDS)]
    if records and not any(service.mappings for service in topology.services):
        return broken(f"{', '.join(records)} leads to a load balancer without a service")
    lines: list[str] = []
    for balancer in topology.load_balancers:
        name = balancer.logical_id
        before = stack.dependencies.before(name)
        routes = tuple(_routes_of(stack, balancer.subnets))
        for subnet in balancer.subnets:
            if subnet in stack.resources and not _leads_out(stack, subnet):
                return broken(f"{name} is in {subnet}, without a route", *lines)
        if late := [route for route in routes if route not in before]:
            return broken(f"{name} does not wait for {late[0]}, the way to its subnets", *lines)
        lines.append(f"{name}: created after {', '.join(routes)}")
        needed = tuple(dict.fromkeys(_serving(topology, balancer)))
        for entrance in stack.of_type(*_NAMES):
            before = stack.dependencies.before(entrance.logical_id)
            if name not in before:
                continue
            if late := [each for each in needed if each not in before]:
                why = f"so clients can come to {name} before it serves"
                return broken(f"{entrance.logical_id} does not wait for {late[0]}, {why}", *lines)
            lines.append(
                f"{entrance.logical_id}: created after {', '.join(needed)}; deleted before them"
            )
    return kept("names, service, load balancer and routes wait for one another", *lines)


def _serving(topology: Topology, balancer: LoadBalancer) -> Iterator[str]:
    """Give what a request that comes to a load balancer needs."""
    behind = {g.logical_id for g in topology.target_groups if balancer.logical_id in g.balancers}
    services = [each for each in topology.services if behind & set(each.target_groups)]
    groups = {*balancer.security_groups, *(g for each in services for g in each.security_groups)}
    yield from (each.logical_id for each in services)
    for listener in topology.listeners:
        if listener.balancer == balancer.logical_id:
            yield listener.logical_id
    for rule in topology.stack.of_type(*_SEPARATE_RULES):
        if rule.properties.target("GroupId") in groups:
            yield rule.logical_id
    for database in topology.databases if services else ():
        if database.writer:
            yield database.writer.logical_id


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
    """Give the associations of subnets, and the routes of the tables that they lead to."""
    tables: dict[str, None] = {}
    for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        if association.properties.target("SubnetId") in subnets:
            tables[association.properties.target("RouteTableId")] = None
            yield association.logical_id
    for route in stack.of_type("AWS::EC2::Route"):
        if route.properties.target("RouteTableId") in tables:
            yield route.logical_id
