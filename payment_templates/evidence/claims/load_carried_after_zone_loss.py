"""Checks that the remaining tasks can carry the full load after a zone failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.recovery.capacity import FULL_PERCENT, cpu_percent
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "The remaining tasks can carry the full load after a zone failure",
    "Success metric 1",
    "Requirement 5",
)
def load_carried_after_zone_loss(topology: Topology) -> Finding:
    """Check that no task needs more than 100 % CPU after the failure of the zone with most tasks.

    The CPU after the failure is the target of the scaling policy x tasks before / tasks remaining:
    https://aws.amazon.com/blogs/containers/amazon-ecs-availability-best-practices/
    """
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        left = service.desired - max(service.tasks_by_zone.values(), default=0)
        if left <= 0:
            return broken(f"{service.logical_id} has no remaining task", *lines)
        target = service.target_cpu_percent
        after = cpu_percent(service, left)
        carries = FULL_PERCENT * left / service.desired
        lines.append(
            f"{service.logical_id}: {target:g} % x {service.desired} / {left} = {after:g} %; "
            f"the remaining {left} can carry the load of {quantity(service.desired, 'task')} at "
            f"{carries:.1f} %"
        )
        if not target:
            return broken("no scaling policy sets a CPU target", *lines)
        if after > FULL_PERCENT:
            would = quantity(left, "task would", "tasks would")
            return broken(f"{would} need {after:g} % CPU each", *lines, amount=after)
    return kept(f"at most {FULL_PERCENT} % CPU each", *lines)
