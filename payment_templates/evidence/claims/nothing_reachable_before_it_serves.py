"""Checks that DNS sends no client to the stack before it can serve requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.network.address_blocks import ANYONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer

# Types that send clients or health checks to a load balancer.
_RECORDS = ("AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup")
_NAMES = (
    *_RECORDS,
    "AWS::Route53::HealthCheck",
    "AWS::ApiGateway::Method",
    "AWS::ApiGatewayV2::Integration",
    "AWS::CloudFront::Distribution",
    "AWS::GlobalAccelerator::EndpointGroup",
)


@claim("DNS points to the stack only while it can serve requests", "Requirement 4", "Requirement 3")
def nothing_reachable_before_it_serves(topology: Topology) -> Finding:
    """Check that the DNS record and its health check depend on everything that serves a request.

    That is the service, the listeners and their rules, the rules of all security groups and network
    ACLs on the path, and the database's writer; the load balancer must depend on the routes of its
    subnets. This order is the only protection, because Route 53 considers a new health check
    healthy until it has results:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    CloudFormation deletes in reverse order, so the record is deleted first, and clients cache it
    for its TTL. Updates use the same order, so a changed health check path is requested only when
    the tasks that serve it run.
    """
    if not topology.load_balancers:
        return absent("there is no load balancer")
    if problem := _service_problem(topology):
        return broken(problem)
    lines: list[str] = []
    for balancer in topology.load_balancers:
        problem = _route_problem(topology.stack, balancer) or _entrance_problem(topology, balancer)
        if problem:
            return broken(problem, *lines)
        lines += _described(topology, balancer)
    if others := [*_elsewhere(topology)]:
        return conditional(f"if {others[0]}, not in the template, has targets", *lines)
    return kept("records, service, load balancer and routes are created in order", *lines)


def _service_problem(topology: Topology) -> str:
    """Return why no service with tasks is behind the records, or ""."""
    records = [record.logical_id for record in topology.stack.of_type(*_RECORDS)]
    if records and not any(service.mappings for service in topology.services):
        return f"{', '.join(records)} points to a load balancer without a service"
    serving = [service for service in topology.services if service.target_groups]
    empty = [service.logical_id for service in serving if not service.desired]
    return f"{empty[0]} is created without a task: its desired count is 0" if empty else ""


def _route_problem(stack: Stack, balancer: LoadBalancer) -> str:
    """Return the first route that a load balancer needs but does not depend on, or ""."""
    name, before = balancer.logical_id, stack.dependencies.before(balancer.logical_id)
    for subnet in balancer.subnets:
        if subnet in stack.resources and not _leads_out(stack, subnet):
            return f"{name} is in {subnet}, without a route"
    late = [route for route in _routes_of(stack, balancer) if route not in before]
    return f"{name} does not wait for {late[0]}, a route of its subnets" if late else ""


def _entrance_problem(topology: Topology, balancer: LoadBalancer) -> str:
    """Return the first record that points to a load balancer too early, or ""."""
    name, needed = balancer.logical_id, _needed(topology, balancer)
    for entrance, before in _entrances(topology.stack, balancer):
        if unserved := _unserved(topology, name):
            return f"{entrance} points to {name}, {unserved}"
        if late := [each for each in needed if each not in before]:
            why = f"so clients can reach {name} before it serves"
            return f"{entrance} does not wait for {late[0]}, {why}"
    return ""


def _described(topology: Topology, balancer: LoadBalancer) -> Iterator[str]:
    routes = _routes_of(topology.stack, balancer)
    yield f"{balancer.logical_id}: created after {', '.join(routes)}"
    needed = ", ".join(_needed(topology, balancer))
    for entrance, _ in _entrances(topology.stack, balancer):
        yield f"{entrance}: created after {needed}; deleted before them"


def _entrances(stack: Stack, balancer: LoadBalancer) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each resource that sends clients to a load balancer, and all that it depends on."""
    for entrance in stack.of_type(*_NAMES):
        before = stack.dependencies.before(entrance.logical_id)
        if balancer.logical_id in before:
            yield entrance.logical_id, before


def _needed(topology: Topology, balancer: LoadBalancer) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_serving(topology, balancer)))


def _serving(topology: Topology, balancer: LoadBalancer) -> Iterator[str]:
    """Yield the resources that a request to a load balancer needs."""
    behind = {g.logical_id for g in topology.target_groups if balancer.logical_id in g.balancers}
    services = [each for each in topology.services if behind & set(each.target_groups)]
    databases = topology.databases if services else ()
    yield from (each.logical_id for each in services)
    listeners = [
        each.logical_id for each in topology.listeners if each.balancer == balancer.logical_id
    ]
    yield from listeners
    groups = {
        *balancer.security_groups,
        *(group for each in services for group in each.security_groups),
        *(group for each in databases for group in each.security_groups),
    }
    subnets = {
        *balancer.subnets,
        *(subnet for each in services for subnet in each.subnets),
        *(subnet for each in databases for subnet in each.subnets),
    }
    yield from _links(topology.stack, {*listeners}, groups, subnets)
    yield from _proxy_targets(topology.stack, services)
    for database in databases:
        if database.writer:
            yield database.writer.logical_id


def _links(stack: Stack, listeners: set[str], groups: set[str], subnets: set[str]) -> Iterator[str]:
    """Yield the separate rules and associations that let a request through."""
    for resource_type, name, wanted in (
        ("AWS::ElasticLoadBalancingV2::ListenerRule", "ListenerArn", listeners),
        ("AWS::EC2::SecurityGroupIngress", "GroupId", groups),
        ("AWS::EC2::SecurityGroupEgress", "GroupId", groups),
        ("AWS::EC2::SubnetNetworkAclAssociation", "SubnetId", subnets),
        ("AWS::EC2::NetworkAclEntry", "NetworkAclId", _access_lists(stack, subnets)),
    ):
        for resource in stack.of_type(resource_type):
            if resource.properties.target(name) in wanted:
                yield resource.logical_id


def _proxy_targets(stack: Stack, services: list[Service]) -> Iterator[str]:
    """Yield the target groups of the RDS proxies that tasks connect to."""
    values = [value for service in services for _, _, value in service.environment]
    for group in stack.of_type("AWS::RDS::DBProxyTargetGroup"):
        proxy = stack.find(group.properties.get("DBProxyName"), "AWS::RDS::DBProxy")
        if proxy and any(f"${{{proxy.logical_id}.Endpoint}}" in value for value in values):
            yield group.logical_id


def _access_lists(stack: Stack, subnets: set[str]) -> set[str]:
    return {
        association.properties.target("NetworkAclId")
        for association in stack.of_type("AWS::EC2::SubnetNetworkAclAssociation")
        if association.properties.target("SubnetId") in subnets
    }


def _unserved(topology: Topology, balancer: str) -> str:
    """Return which requests to a load balancer reach no service, or ""."""
    served = {group for service in topology.services for group in service.target_groups}
    known = {group.logical_id for group in topology.target_groups}
    forwards = [each for each in topology.listeners if each.balancer == balancer]
    if not any(listener.target_groups for listener in forwards):
        return "which forwards to no service"
    for listener in forwards:
        if idle := (set(listener.target_groups) & known) - served:
            return f"whose {listener.logical_id} forwards to {min(idle)}, which has no service"
    return ""


def _elsewhere(topology: Topology) -> Iterator[str]:
    """Yield the target groups that listeners forward to and that are not in the template."""
    known = {group.logical_id for group in topology.target_groups}
    for listener in topology.listeners:
        yield from (group for group in listener.target_groups if group not in known)


def _leads_out(stack: Stack, subnet: str) -> bool:
    tables = {
        association.properties.target("RouteTableId")
        for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if association.properties.target("SubnetId") == subnet
    }
    return any(
        route.properties.target("RouteTableId") in tables
        and route.properties.text("DestinationCidrBlock") == ANYONE
        for route in stack.of_type("AWS::EC2::Route")
    )


def _routes_of(stack: Stack, balancer: LoadBalancer) -> Iterator[str]:
    """Yield the route table associations of a load balancer's subnets, and their tables' routes."""
    tables: dict[str, None] = {}
    for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        if association.properties.target("SubnetId") in balancer.subnets:
            tables[association.properties.target("RouteTableId")] = None
            yield association.logical_id
    for route in stack.of_type("AWS::EC2::Route"):
        if route.properties.target("RouteTableId") not in tables:
            continue
        if "DestinationIpv6CidrBlock" not in route.properties or _has_ipv6(stack, balancer):
            yield route.logical_id


def _has_ipv6(stack: Stack, balancer: LoadBalancer) -> bool:
    """Return whether a load balancer has IPv6 addresses: CreateLoadBalancer, IpAddressType."""
    fields = stack.resources[balancer.logical_id].properties
    return fields.text("IpAddressType").startswith("dualstack")
