"""What a zone takes can be started again in the others."""

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
    """Take each zone away and follow what the other subnets need to start a task."""
    if not topology.services:
        return absent("there is no ECS service")
    if not all(service.known_subnets for service in topology.services):
        return broken("a service names no subnet")
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
        answer = effect.blocked or "the missing ones start in the zones that are left"
        lines.append(f"{fault}: {effect.before} - {effect.lost} = {effect.remains}; {answer}")
    if blocked:
        # A zone that no NAT gateway dies with has another cause: that is not measured.
        amount = len(blocked) if set(blocked) <= _zones_of_gateways(topology) else math.inf
        return broken(f"no task starts without {', '.join(blocked)}", *lines, amount=amount)
    if hindered:
        why = "as far as ECS starts them in a zone that still has egress"
        return conditional(why, *lines, *hindered)
    if assumed:
        return conditional(f"if {', and '.join(assumed)}", *lines)
    return kept("a task can start after each of these faults", *lines)


def _zones_of_gateways(topology: Topology) -> set[str]:
    return {gateway.zone for gateway in topology.network.nat_gateways}
