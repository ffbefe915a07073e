"""Checks that the number of tasks does not change during a deployment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Exactly 6 tasks run, also during a deployment", "Constraint 4", "Success metric 4")
def deployments_stay_at_six(topology: Topology) -> Finding:
    """Check that a deployment may neither stop a task first nor start an additional one.

    The limits are the desired count x minimum healthy percent, rounded up, and x maximum percent,
    rounded down.
    """
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
            # Only additional tasks can be accepted, so only their number is measured.
            amount = most if fewest == service.desired else math.inf
            why = f"{fewest} to {quantity(most, 'task')} during a deployment"
            return broken(why, *lines, amount=amount)
    return conditional(
        "but ECS cannot replace any task then: a deployment makes no progress", *lines
    )
