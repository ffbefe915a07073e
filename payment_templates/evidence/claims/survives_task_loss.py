"""Checks that a stopped task is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.faults.effects import TASKS, Fault, effects_of
from payment_templates.evidence.task_start.service_start import start_conditions, start_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# Longer than a container takes to start: a broken task is then noticed late.
_LONG_GRACE_SECONDS = 900


@claim("A stopped task is replaced", "Success metric 4", "Requirement 5")
def survives_task_loss(topology: Topology) -> Finding:
    """Check that ECS can start another task when one stops.

    ECS ignores failed health checks of a new task during the grace period of its service:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    for service in topology.services:
        if service.desired <= 1:
            return broken(f"{service.logical_id} has no other task to serve requests meanwhile")
    fault = Fault(kind="task", name="")
    effect = next(effect for effect in effects_of(topology, fault) if effect.tier == TASKS)
    line = f"tasks {effect.before} - {effect.lost} = {effect.remains}"
    if effect.blocked:
        return broken(f"no other starts: {effect.blocked}", line)
    for service in topology.services:
        if problem := start_problem(topology, service):
            return broken(f"no other starts: {problem}", line)
    starts = [what for service in topology.services for what in start_conditions(topology, service)]
    conditions = [f"if {', and '.join(dict.fromkeys(starts))}"] if starts else []
    conditions += _grace_conditions(topology)
    if conditions:
        return conditional("; ".join(conditions), line)
    return kept(f"{effect.remains} keep running, another one starts", line)


def _grace_conditions(topology: Topology) -> Iterator[str]:
    """Yield what a grace period costs that ends before a task is healthy, or lasts too long."""
    for service in topology.services:
        grace = service.grace_seconds
        for group in topology.target_groups:
            if group.logical_id not in service.target_groups:
                continue
            fastest = group.fastest_detection_seconds
            if grace <= fastest:
                yield (
                    f"if a task of {service.logical_id} answers health checks within "
                    f"{fastest:g} s: its grace period is {grace:g} s"
                )
            elif grace > _LONG_GRACE_SECONDS:
                yield (
                    f"but a new task of {service.logical_id} that is never healthy is replaced "
                    f"only after its grace period of {grace:g} s"
                )
