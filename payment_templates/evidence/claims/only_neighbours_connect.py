"""Checks that each tier accepts connections only from the previous tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept, unknown
from payment_templates.evidence.network_paths.egress import HTTPS_PORT
from payment_templates.evidence.topology.network.address_blocks import ANYONE, holds
from payment_templates.evidence.topology.network.group_members import further_members
from payment_templates.evidence.topology.network.security_groups import (
    EVERY_PROTOCOL,
    OUTSIDE_GROUPS,
    End,
    lets_out,
)
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database
    from payment_templates.evidence.topology.network.endpoints import Endpoint
    from payment_templates.evidence.topology.network.security_groups import Rule
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer

_WEB_PORTS = {80, 443}
# Any peer that is not a security group of the stack.
_OUTSIDE = ""
# The peer of a rule that replaces the default egress rule and allows nothing.
_NOWHERE = "127.0.0.1/32"
# The tiers that open connections, each with those past its neighbours. Databases and endpoints
# only answer.
_TOO_FAR = {"balancer": {"database"}, "tasks": {"balancer"}}


@dataclass(frozen=True, kw_only=True)
class _Member:
    """What is in which security groups, and the tier that it belongs to."""

    name: str
    tier: str
    groups: tuple[str, ...]
    subnets: tuple[str, ...]


@claim(
    "Security groups accept connections only from the previous tier",
    "VPC and Networking: least privilege",
)
def only_neighbours_connect(topology: Topology) -> Finding:
    """Check that security group rules allow only the connections between adjacent tiers.

    Allowed are the Internet to the load balancer on 80 and 443, the load balancer to the tasks on
    their ports, the tasks to the database on its port, and the tasks to the Internet on 443. Egress
    to a group may cover more ports than that group admits, because both ends must allow a
    connection. Egress to addresses inside the VPC must use the port of an adjacent tier. What is in
    the groups of two tiers must not connect past its neighbours.
    """
    groups = {group.logical_id for group in topology.stack.of_type("AWS::EC2::SecurityGroup")}
    foreign = _foreign_groups(topology, groups)
    rules = [rule for rule in topology.rules if rule.group in groups and not _is_nowhere(rule)]
    allowed = _allowed(topology)
    lines = [str(rule) for rule in rules if rule.inward]
    for rule in rules:
        if problem := _problem(topology, rule, groups, allowed):
            return broken(problem, str(rule))
    if problem := next(_shared_groups(topology, rules, groups), ""):
        return broken(problem, *lines)
    unseen = [f"{each}, which the template does not show" for each in foreign]
    unseen += [
        f"the template does not state the CIDR blocks of {vpc}"
        for rule in rules
        if (rule.group, _OUTSIDE, rule.first_port) not in allowed
        if (vpc := _vpc_that_may_hold(topology, rule))
    ]
    if unseen:
        return unknown(unseen[0], *foreign, *lines)
    if not lines:
        return absent("no security group has an ingress rule")
    used = {name for member in _members(topology) for name in member.groups}
    further = [
        f"{name}, which is in {group}, belongs to that tier"
        for name, group in further_members(topology.stack)
        if group in used
    ]
    if further:
        return conditional(f"if {', and '.join(further)}", *lines)
    return kept(f"{quantity(len(lines), 'rule')}, no other source", *lines)


def _members(topology: Topology) -> tuple[_Member, ...]:
    return (
        *(_member(each, "balancer") for each in topology.load_balancers),
        *(_member(each, "tasks") for each in topology.services),
        *(_member(each, "database") for each in topology.databases),
        *(_member(each, "endpoint") for each in topology.network.endpoints),
    )


def _member(each: LoadBalancer | Service | Database | Endpoint, tier: str) -> _Member:
    return _Member(
        name=each.logical_id, tier=tier, groups=each.security_groups, subnets=each.subnets
    )


def _foreign_groups(topology: Topology, groups: set[str]) -> list[str]:
    """List what is in a security group that is not in the template."""
    return [
        f"{member.name} is in the security group {name}"
        for member in _members(topology)
        for name in member.groups
        if member.tier != "endpoint" and name not in groups and name not in OUTSIDE_GROUPS
    ]


def _shared_groups(topology: Topology, rules: list[Rule], groups: set[str]) -> Iterator[str]:
    """Yield the connections past a tier that a group with members of two tiers allows."""
    members = _members(topology)
    inside = {group: [member for member in members if group in member.groups] for group in groups}
    shared = {
        group for group, found in inside.items() if len({member.tier for member in found}) > 1
    }
    for rule in rules if shared else ():
        if not rule.inward or not {rule.group, rule.peer} & shared:
            continue
        for target in inside[rule.group]:
            if rule.peer not in groups and target.tier != "balancer":
                yield f"{target.name} is in {rule.group}, which is open to {rule.peer}"
            for source in inside.get(rule.peer, ()):
                too_far = target.tier in _TOO_FAR.get(source.tier, ())
                if too_far and _is_let_out(topology, source, target, rule.first_port):
                    way = f"{source.name}, in {rule.peer}, can connect to {target.name}"
                    yield f"{way} on {rule.first_port}"


def _is_let_out(topology: Topology, source: _Member, target: _Member, port: int) -> bool:
    return lets_out(
        topology.rules,
        source=End(groups=source.groups),
        target=topology.network.end_in(target.subnets, target.groups),
        port=port,
    )


def _problem(
    topology: Topology, rule: Rule, groups: set[str], allowed: set[tuple[str, str, int]]
) -> str:
    way = f"{rule.group} is {'open' if rule.inward else 'let out'} to {rule.peer}"
    if not rule.is_tcp or rule.protocol == EVERY_PROTOCOL:
        return f"{way} by {'every protocol' if rule.is_tcp else rule.protocol}"
    ports = range(rule.first_port, rule.last_port + 1)
    peer = rule.peer if rule.peer in groups else _OUTSIDE
    source, target = (peer, rule.group) if rule.inward else (rule.group, peer)
    if not rule.inward and peer:
        fits = any((start, end) == (source, target) and it in ports for start, end, it in allowed)
        return "" if fits else f"{way} on {_ports(ports)}"
    if len(ports) > 1:
        return f"{way} on more than one port"
    if (source, target, ports[0]) in allowed:
        return ""
    if not rule.inward and (_is_inside(topology, rule) or _vpc_that_may_hold(topology, rule)):
        neighbours = (end for start, end, port in allowed if (start, port) == (source, ports[0]))
        if any(neighbours):
            return ""
    return f"{way} on {_ports(ports)}"


def _is_inside(topology: Topology, rule: Rule) -> bool:
    """Return whether the peer of a rule is a CIDR block inside a VPC of the stack."""
    networks = [block for blocks in topology.network.blocks.values() for block in blocks]
    return rule.peer != ANYONE and any(holds(network, (rule.peer,)) for network in networks)


def _vpc_that_may_hold(topology: Topology, rule: Rule) -> str:
    """Return the VPC whose unstated CIDR blocks may contain the peer of an egress rule, or ""."""
    is_block = "/" in rule.peer and not rule.is_public
    if rule.inward or not is_block or _is_inside(topology, rule):
        return ""
    network = topology.network
    group = topology.stack.of(rule.group, "AWS::EC2::SecurityGroup")
    vpc = group.properties.identity("VpcId") if group else ""
    return "" if vpc in network.blocks and vpc not in network.unstated else vpc


def _ports(ports: range) -> str:
    return str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}"


def _is_nowhere(rule: Rule) -> bool:
    return rule.peer == _NOWHERE and not rule.inward


def _allowed(topology: Topology) -> set[tuple[str, str, int]]:
    """Return the allowed connections: source, target, port."""
    fronts = {name for balancer in topology.load_balancers for name in balancer.security_groups}
    stores = {
        (n, database.port) for database in topology.databases for n in database.security_groups
    }
    endpoints = {
        name for endpoint in topology.network.endpoints for name in endpoint.security_groups
    }
    checked = {group.logical_id: group.check_port for group in topology.target_groups}
    allowed = {(_OUTSIDE, front, port) for front in fronts for port in _WEB_PORTS}
    for service in topology.services:
        ports = {mapping.port for mapping in service.mappings}
        checks = {checked.get(name) for name in service.target_groups}
        ports |= {port for port in checks if port is not None}
        for tasks in service.security_groups:
            allowed |= {(front, tasks, port) for front in fronts for port in ports}
            allowed |= {(tasks, store, port) for store, port in stores}
            allowed |= {(tasks, name, HTTPS_PORT) for name in (_OUTSIDE, *endpoints)}
    return allowed
