"""Every tier keeps working after any zone failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.faults.effects import EGRESS, TASKS, effects_of, faults_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Every tier survives the loss of any one zone", "Success metric 1", "Requirement 2")
def survives_zone_loss(topology: Topology) -> Finding:
    """Take each zone away and count what is left of every tier that serves requests."""
    lines: list[str] = []
    fewest = max((group.fails_open_below for group in topology.target_groups), default=1)
    for fault in faults_of(topology):
        if fault.kind != "zone":
            continue
        for effect in effects_of(topology, fault):
            if effect.tier == EGRESS or not effect.before:
                continue
            lines.append(
                f"{fault}: {effect.tier} {effect.before} - {effect.lost} = {effect.remains}"
            )
            if not effect.remains:
                return broken(f"without {fault.name} nothing is left: {effect.tier}", *lines)
            if effect.tier == TASKS and effect.remains < fewest:
                why = f"below {fewest} healthy targets the load balancer asks the failed ones too"
                return broken(f"without {fault.name} {why}", *lines)
    if not lines:
        return absent("the stack is in no zone")
    if any(not group.cross_zone for group in topology.target_groups):
        return broken("without cross-zone balancing a zone serves its own tasks alone", *lines)
    return kept("every tier keeps something running, whichever zone fails", *lines)
