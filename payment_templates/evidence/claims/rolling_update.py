"""A deployment never has fewer healthy tasks than are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Rolling updates keep 100 % healthy and roll back", "Constraint 8")
def rolling_update(topology: Topology) -> Finding:
    """Read the least healthy percentage, the room above it, and the circuit breaker."""
    if not topology.services:
        return broken("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        low, high = service.minimum_healthy_percent, service.maximum_percent
        lines.append(f"{service.logical_id}: {low:g} % to {high:g} %")
        if low < 100:  # noqa: PLR2004 - per cent: all of them.
            return broken(f"{service.logical_id} falls to {low:g} % during a deployment", *lines)
        if high <= low:
            return broken(f"{service.logical_id} has no room to start a new task", *lines)
        if not service.circuit_breaker:
            return broken(f"{service.logical_id} does not roll a failed deployment back", *lines)
    return kept("100 % healthy, a failed deployment is rolled back", *lines)
