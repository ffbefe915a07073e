"""Checks that tasks can start after a NAT gateway failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.faults.effects import TASKS, effects_of, faults_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Tasks can start after any NAT gateway failure", "Issue: survival of single faults")
def tasks_replaced_after_nat_loss(topology: Topology) -> Finding:
    """Check that after each NAT gateway failure a task can start in some other subnet.

    ECS prefers the zone with the fewest tasks, even if that zone has lost its egress:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    if not all(service.known_subnets for service in topology.services):
        return broken("a service names no subnet")
    lines: list[str] = []
    vital: list[str] = []
    hindered: list[str] = []
    assumed: dict[str, None] = {}
    for fault in faults_of(topology):
        if fault.kind != "NAT gateway":
            continue
        effect = next(effect for effect in effects_of(topology, fault) if effect.tier == TASKS)
        starts = effect.blocked or "new ones can start"
        lines.append(f"{fault}: {effect.remains} tasks keep running; {starts}")
        if effect.blocked:
            vital.append(fault.name)
        hindered += effect.hindered
        assumed |= dict.fromkeys(effect.assumed)
    if vital:
        names = ", ".join(vital)
        return broken(
            f"no task starts without {names}: it is the only egress", *lines, amount=len(vital)
        )
    if hindered:
        return conditional("if ECS starts the task in a zone that still has egress", *hindered)
    if assumed:
        return conditional(f"if {', and '.join(assumed)}", *lines)
    return kept("every egress has an alternative", *lines)
