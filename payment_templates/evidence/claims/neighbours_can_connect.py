"""Requests reach the tasks, and queries the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.topology.security import may_connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# Aurora PostgreSQL's own port: CreateDBCluster, Port.
_POSTGRES_PORT = 5432


@claim("Requests reach the tasks, and queries the database", "Requirement 3", "Requirement 1")
def neighbours_can_connect(topology: Topology) -> Finding:
    """Look for an egress rule at one end and an ingress rule at the other, on the same port."""
    lines: list[str] = []
    for source, target, port in _connections(topology):
        if not may_connect(topology.rules, source=source, target=target, port=port):
            return broken(f"{source} cannot connect to {target} on {port}", *lines)
        lines.append(f"{source} -> {target}, {port}: let out, and let in")
    if not lines:
        return broken("no service has a load balancer or a database")
    return kept(f"{len(lines)} connections", *lines)


def _connections(topology: Topology) -> Iterator[tuple[str, str, int]]:
    fronts = [name for balancer in topology.load_balancers for name in balancer.security_groups]
    for service in topology.services:
        for tasks in service.security_groups:
            for front in fronts:
                yield front, tasks, service.port
            for database in topology.databases:
                port = int(database.fields.number("Port", _POSTGRES_PORT))
                for group in database.fields.targets("VpcSecurityGroupIds"):
                    yield tasks, group, port
