"""Checks that rolling updates keep all tasks healthy, and roll back on failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


@claim("Rolling updates keep 100 % healthy and roll back", "Constraint 8")
def rolling_update(topology: Topology) -> Finding:
    """Check that a deployment keeps the desired count healthy and has a circuit breaker.

    Rolling updates need the deployment controller ECS; only they have a circuit breaker:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentController.html
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        if problem := _other_mechanism(topology, service):
            return broken(f"{service.logical_id} {problem}: no rolling update", *lines)
        low, high = service.minimum_healthy_percent, service.maximum_percent
        fewest, most = service.fewest_healthy, service.most_running
        running = f"{fewest} to {quantity(most, 'task')}"
        lines.append(f"{service.logical_id}: {low:g} % to {high:g} %, {running}")
        if fewest < service.desired:
            return broken(
                f"{service.logical_id} falls to {quantity(fewest, 'task')} during a deployment",
                *lines,
            )
        if most <= fewest:
            return broken(f"{service.logical_id} cannot start an additional task", *lines)
        if not service.circuit_breaker:
            return broken(f"{service.logical_id} does not roll back a failed deployment", *lines)
    return kept("100 % healthy, a failed deployment is rolled back", *lines)


def _other_mechanism(topology: Topology, service: Service) -> str:
    """Return the deployment mechanism of a service; empty for a rolling update."""
    fields = topology.stack.resources[service.logical_id].properties
    controller = fields.child("DeploymentController").text("Type")
    if controller not in {"", "ECS"}:
        return f"is deployed by {controller}"
    strategy = fields.child("DeploymentConfiguration").text("Strategy")
    return f"has the strategy {strategy}" if strategy not in {"", "ROLLING"} else ""
