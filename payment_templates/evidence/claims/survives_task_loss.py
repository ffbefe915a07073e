"""One task that stops is not missed for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.faults.effects import TASKS, Fault, effects_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A stopped task is replaced", "Success metric 4", "Requirement 5")
def survives_task_loss(topology: Topology) -> Finding:
    """Take one task away; a service starts another, if a subnet lets it."""
    if not topology.services:
        return absent("there is no ECS service")
    for service in topology.services:
        if service.desired <= 1:
            return broken(f"{service.logical_id} has no task left to serve meanwhile")
    fault = Fault(kind="task", name="")
    effect = next(effect for effect in effects_of(topology, fault) if effect.tier == TASKS)
    line = f"tasks {effect.before} - {effect.lost} = {effect.remains}"
    if effect.blocked:
        return broken(f"no other starts: {effect.blocked}", line)
    return kept(f"{effect.remains} keep running, another one starts", line)
