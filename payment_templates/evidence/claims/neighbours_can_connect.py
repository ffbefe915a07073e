"""Requests reach the tasks, and queries reach the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.faults.query_path import query_problem
from payment_templates.evidence.faults.request_path import request_conditions, request_problems

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Requests reach the tasks, and queries reach the database", "Requirement 3", "Requirement 1")
def neighbours_can_connect(topology: Topology) -> Finding:
    """Follow a request from the Internet to the container, and a query to the database.

    Internet, route, security group, listener, rules, target group, health check, security group,
    container; then egress of the tasks and ingress of the database, on the port that the cluster
    listens on, which must be the one that the containers get. For a cluster without Port
    CloudFormation's handler sends 3306, for PostgreSQL too.
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
            if problem := query_problem(topology, service, database):
                return broken(problem, *lines)
            lines.append(
                f"{service.logical_id} -> {database.logical_id}, {database.port} from "
                f"{database.port_source}"
            )
    if not any(service.mappings for service in topology.services):
        return absent("no service is behind a load balancer", *lines)
    if conditions:
        return conditional(f"if {', and '.join(conditions)}", *lines)
    return kept(f"{len(lines)} connections", *lines)
