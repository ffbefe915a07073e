"""A deployment never has fewer healthy tasks than are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Rolling updates keep 100 % healthy and roll back", "Constraint 8")
def rolling_update(topology: Topology) -> Finding:
    """Count the tasks that a deployment leaves and may run, and read the circuit breaker.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        low, high = service.minimum_healthy_percent, service.maximum_percent
        fewest, most = service.fewest_healthy, service.most_running
        lines.append(f"{service.logical_id}: {low:g} % to {high:g} %, {fewest} to {most} tasks")
        if fewest < service.desired:
            return broken(f"{service.logical_id} falls to {fewest} tasks in a deployment", *lines)
        if most <= fewest:
            return broken(f"{service.logical_id} has no room to start a new task", *lines)
        if not service.circuit_breaker:
            return broken(f"{service.logical_id} does not roll a failed deployment back", *lines)
    return kept("100 % healthy, a failed deployment is rolled back", *lines)
