"""Finds the routes, endpoints and security group rules that a task needs before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.order.needs import Need
from payment_templates.evidence.network_paths.egress import egress_of
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.subnets import start_in
from payment_templates.facts.creation_order import ECS_SERVICE, TASK_NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.deployment.order.needs import Order
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

_TARGETS = ("GatewayId", "NatGatewayId", "NetworkInterfaceId", "TransitGatewayId")
_RULES = {"AWS::EC2::SecurityGroupEgress": False, "AWS::EC2::SecurityGroupIngress": True}


def network_needs(
    topology: Topology, services: tuple[Service, ...], _order: Order
) -> Iterator[Need]:
    """Yield the routes and endpoints that a task needs to start in each service's subnets."""
    for service in services:
        why = "a task starts only when it reaches image, secrets and logs"
        for needed in _ways_of(topology, service):
            yield Need(
                waits=service.logical_id,
                needed=needed,
                why=why,
                source=TASK_NETWORK,
                one_is_enough=True,
            )


def _ways_of(topology: Topology, service: Service) -> tuple[tuple[str, ...], ...]:
    """Return each resource that the start of a task needs, with the alternatives to it."""

    def ways() -> tuple[tuple[str, ...], ...]:
        found = (way for place in service.subnets for way in _ways(topology, service, place))
        return tuple(dict.fromkeys(found))

    return reused(topology.stack, ways, service.start)


def _ways(topology: Topology, service: Service, place: str) -> Iterator[tuple[str, ...]]:
    """Yield each resource of a subnet's egress, with the alternatives to it."""
    network = topology.network
    start = start_in(topology, service, place) if service.needs else None
    if start is None or start.problem:
        return
    egress = egress_of(network, network.subnets[place], public=service.public)
    gateways = () if egress.problem else egress.gateways
    onward = (*_routes(topology, {place}, {*gateways}), *_onward(topology, gateways))
    endpoints = {each.logical_id: each for each in network.endpoints}
    used = [endpoints[name] for name in start.by if name in endpoints]
    for endpoint in used:
        # Until the endpoint exists, tasks reach the AWS service through the gateway.
        yield (endpoint.logical_id, *onward)
        if not endpoint.interface and not onward:
            yield from ((name,) for name in _associations(topology.stack, {place}))
    if any(name not in endpoints for name in start.by):
        yield from ((name,) for name in onward)


def _onward(topology: Topology, gateways: tuple[str, ...]) -> tuple[str, ...]:
    """Return the routes from the subnets of NAT gateways to the Internet."""
    network = topology.network
    homes = {nat.subnet for nat in network.nat_gateways if nat.logical_id in gateways}
    return _routes(topology, homes - {""}, set(network.internet_gateways))


def _routes(topology: Topology, subnets: set[str], targets: set[str]) -> tuple[str, ...]:
    """Return the route table associations of subnets, and their routes to these targets.

    A task with an IPv4 address uses it, and so does a NAT gateway: without one, IPv6 routes count.
    """
    if not targets or not subnets:
        return ()
    found = [topology.network.subnets[name] for name in subnets if name in topology.network]
    tables = {subnet.table for subnet in found}
    only_ipv6 = any(subnet.only_ipv6 for subnet in found)
    routes = (
        route.logical_id
        for route in topology.stack.of_type("AWS::EC2::Route")
        if (only_ipv6 or "DestinationIpv6CidrBlock" not in route.properties)
        and {route.properties.target(name) for name in _TARGETS} & targets
        and route.properties.identity("RouteTableId") in tables
    )
    return (*_associations(topology.stack, subnets), *routes)


def _associations(stack: Stack, subnets: set[str]) -> tuple[str, ...]:
    return tuple(
        association.logical_id
        for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if association.properties.target("SubnetId") in subnets
    )


def rule_needs(topology: Topology, services: tuple[Service, ...], _order: Order) -> Iterator[Need]:
    """Yield the separate security group rules that each service's connections and checks need.

    Inline rules of a security group exist as soon as the group does.
    """
    rules = _rules_by_group(topology.stack)
    if not rules:
        return
    fronts = _fronts(topology, services)
    databases = (group for each in topology.databases for group in each.security_groups)
    endpoints = (group for each in topology.network.endpoints for group in each.security_groups)
    reached = {*databases, *endpoints}
    for service in services:
        own, asking = set(service.security_groups), fronts[service.logical_id]
        needed = [
            name
            for group in sorted(own | reached)
            for name, inward, source in rules.get(group, ())
            if (inward and group in own and source in asking)
            or (inward and group in reached and source in own)
            or (not inward and group in own)
        ]
        if needed:
            yield Need(
                waits=service.logical_id,
                needed=tuple(needed),
                why="its tasks connect, or get health checks, through this rule",
                source=ECS_SERVICE,
            )


def _rules_by_group(stack: Stack) -> dict[str, list[tuple[str, bool, str]]]:
    """Return the separate rules by group: logical ID, whether it is ingress, and the peer."""
    found: dict[str, list[tuple[str, bool, str]]] = {}
    for kind, inward in _RULES.items():
        for rule in stack.of_type(kind):
            source = rule.properties.target("SourceSecurityGroupId") if inward else ""
            entry = (rule.logical_id, inward, source)
            found.setdefault(rule.properties.target("GroupId"), []).append(entry)
    return found


def _fronts(topology: Topology, services: tuple[Service, ...]) -> dict[str, set[str]]:
    """Return the security groups of the load balancers in front of each service."""
    groups = {group.logical_id: set(group.balancers) for group in topology.target_groups}
    return {
        service.logical_id: {
            name
            for balancer in topology.load_balancers
            if any(balancer.logical_id in groups.get(g, set()) for g in service.target_groups)
            for name in balancer.security_groups
        }
        for service in services
    }
