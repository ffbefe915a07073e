"""A deployment runs as many tasks as are promised, at every moment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Exactly 6 tasks run, also during a deployment", "Constraint 4", "Success metric 4")
def deployments_stay_at_six(topology: Topology) -> Finding:
    """Multiply the desired count by the deployment's two percentages: rounded up, rounded down."""
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        low, high = service.minimum_healthy_percent, service.maximum_percent
        fewest, most = service.fewest_healthy, service.most_running
        lines.append(
            f"{service.logical_id}: {service.desired} x {low:g} % = {fewest}, "
            f"{service.desired} x {high:g} % = {most}"
        )
        if (fewest, most) != (service.desired, service.desired):
            # Fewer than wanted is never the lesser evil: no number of them is measured.
            amount = most if fewest == service.desired else math.inf
            why = f"{fewest} to {most} tasks while a deployment runs"
            return broken(why, *lines, amount=amount)
    return conditional("ECS then has no room to replace a task: a deployment cannot move", *lines)
