"""Checks that requests reach the tasks, and that queries reach the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.reachability.query_path import query_path
from payment_templates.evidence.reachability.request_path import (
    request_conditions,
    request_problems,
)
from payment_templates.evidence.reuse import reused
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Mapping, Service


@claim("Requests reach the tasks, and queries reach the database", "Requirement 3", "Requirement 1")
def neighbours_can_connect(topology: Topology) -> Finding:
    """Check the path of a request from the Internet to a container, and of a query to a database.

    A request passes Internet gateway, routes, network ACLs, security groups, listener, listener
    rules, target group and health check, and the answer needs a way back. A query needs the same
    between the subnets of tasks and database, the name of the database, and the port that the
    cluster listens on, which the containers must get. If a cluster has no Port, CloudFormation's
    handler sends 3306, even for PostgreSQL.
    """
    lines: list[str] = []
    conditions: dict[str, None] = {}
    for service in topology.services:
        for mapping in service.mappings:
            problem, assumed = _request(topology, service, mapping)
            if problem:
                return broken(problem, *lines)
            conditions |= dict.fromkeys(assumed)
            lines.append(
                f"Internet -> {mapping.target_group} -> {mapping.container}, {mapping.port}"
            )
        for database in topology.databases:
            problem, assumed = query_path(topology, service, database)
            if problem:
                return broken(problem, *lines)
            conditions |= dict.fromkeys(assumed)
            lines.append(
                f"{service.logical_id} -> {database.logical_id}, {database.port} from "
                f"{database.port_source}"
            )
    if not any(service.mappings for service in topology.services):
        return absent("no service is behind a load balancer", *lines)
    if conditions:
        return conditional(f"if {', and '.join(conditions)}", *lines)
    return kept(f"{quantity(len(lines), 'connection')}, none blocked", *lines)


def _request(topology: Topology, service: Service, mapping: Mapping) -> tuple[str, tuple[str, ...]]:
    """Return what blocks a request on its way to a container, and the assumptions otherwise."""

    def judged() -> tuple[str, tuple[str, ...]]:
        problem = next(request_problems(topology, service, mapping), "")
        return problem, () if problem else tuple(request_conditions(topology, service, mapping))

    # What request_path reads of a service, and the service itself where it is named.
    known = any(group.logical_id == mapping.target_group for group in topology.target_groups)
    named = None if known else service
    own = (service.subnets, service.security_groups, service.definition, service.containers)
    decisive = (mapping, *own, named)
    return reused(topology.stack, judged, *decisive)
