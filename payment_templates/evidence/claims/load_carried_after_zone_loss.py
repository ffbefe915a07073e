"""Checks that the remaining tasks can carry the full load after a zone failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.recovery.capacity import FULL_PERCENT, worst_zone_loss
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

    So no other task has to start in time, which is called static stability. The CPU after the
    failure is the target of the scaling policy x tasks before / tasks remaining, for every number
    of tasks that scaling may choose:
    https://aws.amazon.com/blogs/containers/amazon-ecs-availability-best-practices/
    """
    if not topology.services:
        return absent("there is no ECS service")
    topology.require_zones()
    lines: list[str] = []
    worst: float = 0
    for service in topology.services:
        target, loss = service.target_cpu_percent, worst_zone_loss(service)
        if loss is None:
            return broken(f"{service.logical_id} has no remaining task", *lines)
        carries = FULL_PERCENT * loss.left / loss.tasks
        lines.append(
            f"{service.logical_id}: {target:g} % x {loss.tasks} / {loss.left} = "
            f"{loss.cpu_percent:g} %; the remaining {loss.left} can carry the load of "
            f"{quantity(loss.tasks, 'task')} at {carries:.1f} %"
        )
        if service.most > service.desired:
            lines.append(f"{service.logical_id}: the worst of {service.desired} to {service.most}")
        if not target:
            return broken("no scaling policy sets a CPU target", *lines)
        if loss.cpu_percent > FULL_PERCENT:
            would = quantity(loss.left, "task would", "tasks would")
            return broken(
                f"{would} need {loss.cpu_percent:g} % CPU each", *lines, amount=loss.cpu_percent
            )
        worst = max(worst, loss.cpu_percent)
    return kept(f"at most {worst:g} % CPU each, without waiting for another task", *lines)
