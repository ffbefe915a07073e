"""Checks that the service always wants exactly six tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_TASKS = 6


@claim(
    "The service always wants exactly six tasks",
    "Requirement 5",
    "Constraint 4",
    "Success metric 4",
)
def exactly_six_tasks_wanted(topology: Topology) -> Finding:
    """Check that the desired count and all limits of scaling and its schedules are six."""
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        wanted, least, most = service.desired, service.least, service.most
        name = service.logical_id
        lines.append(f"{name}: DesiredCount {wanted}, MinCapacity {least}, MaxCapacity {most}")
        if {wanted, least, most} != {_TASKS}:
            return broken(f"desired {wanted}, minimum {least}, maximum {most}", *lines)
        if not service.target_cpu_percent:
            return broken("there is no scaling policy", *lines)
    if any(service.on_spot for service in topology.services):
        return conditional("as long as AWS reclaims no task: they run on FARGATE_SPOT", *lines)
    return kept(f"desired {_TASKS}, minimum {_TASKS}, maximum {_TASKS}", *lines)
