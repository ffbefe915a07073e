"""Decides whether a health check asks another path than the load balancer: readiness to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.records import HealthCheck


def asks_for_readiness(topology: Topology, check: HealthCheck) -> bool:
    """Return whether a health check has a path of its own, not that of the target groups."""
    return bool(check.path) and check.path not in liveness_paths(topology)


def liveness_paths(topology: Topology) -> tuple[str, ...]:
    """Return the paths that the load balancers ask: which of the tasks get requests."""
    paths = (group.check_path for group in topology.target_groups if group.balancers)
    return tuple(dict.fromkeys(paths))
