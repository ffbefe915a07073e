"""Checks that ECS spreads the tasks evenly over the zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Six tasks are spread evenly over the zones", "Requirement 2", "Constraint 2")
def tasks_spread_evenly(topology: Topology) -> Finding:
    """Check that the desired count divides evenly by the zones and that rebalancing is on.

    ECS rebalances on a best-effort basis:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        by_zone = service.tasks_by_zone
        split = ", ".join(f"{zone}: {tasks}" for zone, tasks in by_zone.items())
        lines.append(
            f"{service.logical_id}: {service.desired} / {quantity(len(by_zone), 'zone')} = {split}"
        )
        if len(set(by_zone.values())) != 1:
            topology.require_zones()
            return broken(
                f"{quantity(service.desired, 'task does', 'tasks do')} not divide evenly by "
                f"{quantity(len(by_zone), 'zone')}",
                *lines,
            )
        if not service.balanced:
            return broken(
                "AvailabilityZoneRebalancing is off: tasks stay uneven after a fault", *lines
            )
    topology.require_zones()
    return conditional("ECS balances the zones on a best-effort basis", *lines)
