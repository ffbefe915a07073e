"""Requests reach the tasks, and queries the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.request_path import request_conditions, request_problems
from payment_templates.evidence.topology.security import End, may_connect

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database
    from payment_templates.evidence.topology.service import Service


@claim("Requests reach the tasks, and queries the database", "Requirement 3", "Requirement 1")
def neighbours_can_connect(topology: Topology) -> Finding:
    """Follow a request from the Internet to the container, and a query to the database.

    Internet, route, security group, listener, rules, target group, health check, security group,
    container; then egress of the tasks and ingress of the database, on the same port.
    """
    lines: list[str] = []
    conditions: dict[str, None] = {}
    for service in topology.services:
        for mapping in service.mappings:
            if problem := next(request_problems(topology, service, mapping), ""):
                return broken(problem, *lines)
            conditions |= dict.fromkeys(request_conditions(topology, service, mapping))
            lines.append(
                f"Internet -> {mapping.target_group} -> {mapping.container}, {mapping.port}"
            )
        for database in topology.databases:
            if problem := _query_problem(topology, service, database):
                return broken(problem, *lines)
            lines.append(f"{service.logical_id} -> {database.logical_id}, {database.port}")
    if not any(service.mappings for service in topology.services):
        return broken("no service is behind a load balancer", *lines)
    if conditions:
        return conditional(f"if {', and '.join(conditions)}", *lines)
    return kept(f"{len(lines)} connections", *lines)


def _query_problem(topology: Topology, service: Service, database: Database) -> str:
    blocks = topology.network.blocks_of(service.subnets)
    tasks = End(groups=service.security_groups, blocks=blocks)
    target = End(
        groups=database.security_groups, blocks=topology.network.blocks_of(database.subnets)
    )
    if may_connect(topology.rules, source=tasks, target=target, port=database.port):
        return ""
    return f"{tasks} cannot connect to {target} on {database.port}"
