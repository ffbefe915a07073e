"""Requests reach the tasks, and queries the database."""

from __future__ import annotations

import re
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
    container; then egress of the tasks and ingress of the database, on the port that the cluster
    listens on, and that the container is told. A cluster without Port gets the port that
    CloudFormation's handler sends, which is 3306 for PostgreSQL too.
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
            if problem := _told_port_problem(service, database):
                return broken(problem, *lines)
            lines.append(f"{service.logical_id} -> {database.logical_id}, {_port_line(database)}")
    if not any(service.mappings for service in topology.services):
        return broken("no service is behind a load balancer", *lines)
    if conditions:
        return conditional(f"if {', and '.join(conditions)}", *lines)
    return kept(f"{len(lines)} connections", *lines)


# What containers call the port of their database.
_PORT_VARIABLE = re.compile(r"(DB|DATABASE|PG|POSTGRES|POSTGRESQL|RDS)_?PORT", re.IGNORECASE)


def _told_port_problem(service: Service, database: Database) -> str:
    for container, name, value in service.environment:
        if _PORT_VARIABLE.fullmatch(name) and value.isdecimal() and int(value) != database.port:
            return (
                f"{container} is told {name} {value}, but {database.logical_id} listens on "
                f"{_port_line(database)}"
            )
    return ""


def _port_line(database: Database) -> str:
    if "Port" in database.properties:
        return str(database.port)
    return f"{database.port}, CloudFormation's default for a cluster without Port"


def _query_problem(topology: Topology, service: Service, database: Database) -> str:
    blocks = topology.network.blocks_of(service.subnets)
    tasks = End(groups=service.security_groups, blocks=blocks)
    target = End(
        groups=database.security_groups, blocks=topology.network.blocks_of(database.subnets)
    )
    if may_connect(topology.rules, source=tasks, target=target, port=database.port):
        return ""
    return f"{tasks} cannot connect to {target} on {_port_line(database)}"
