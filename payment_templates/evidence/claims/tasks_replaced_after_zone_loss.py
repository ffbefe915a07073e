"""Checks that tasks lost with a zone can start in the other zones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.faults.effects import TASKS, effects_of, faults_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "Six tasks run again after any zone failure",
    "Requirement 5",
    "Constraint 4",
    "Success metric 4",
)
def tasks_replaced_after_zone_loss(topology: Topology) -> Finding:
    """Check that after each zone failure a task can start in the remaining subnets."""
    if not topology.services:
        return absent("there is no ECS service")
    if not all(service.known_subnets for service in topology.services):
        return broken("a service names no subnet")
    topology.require_zones()
    faults = [fault for fault in faults_of(topology) if fault.kind == "zone"]
    lines: list[str] = []
    blocked: list[str] = []
    hindered: list[str] = []
    assumed: dict[str, None] = {}
    for fault in faults:
        effect = next(effect for effect in effects_of(topology, fault) if effect.tier == TASKS)
        if effect.blocked:
            blocked.append(fault.name)
        hindered += effect.hindered
        assumed |= dict.fromkeys(effect.assumed)
        answer = effect.blocked or "the missing ones start in the remaining zones"
        lines.append(f"{fault}: {effect.before} - {effect.lost} = {effect.remains}; {answer}")
    if blocked:
        # Only failures caused by a zone's NAT gateway can be accepted, so only these are counted.
        amount = len(blocked) if set(blocked) <= _zones_of_gateways(topology) else math.inf
        return broken(f"no task starts without {', '.join(blocked)}", *lines, amount=amount)
    if hindered:
        why = "if ECS starts them in a zone that still has egress"
        return conditional(why, *lines, *hindered)
    if assumed:
        return conditional(f"if {', and '.join(assumed)}", *lines)
    return kept("a task can start after each of these faults", *lines)


def _zones_of_gateways(topology: Topology) -> set[str]:
    return {gateway.zone for gateway in topology.network.nat_gateways}
