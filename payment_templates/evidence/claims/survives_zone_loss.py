"""Checks that every tier keeps working after any zone failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept, unknown
from payment_templates.evidence.faults.effects import EGRESS, TASKS, effects_of, faults_of
from payment_templates.evidence.faults.health_thresholds import threshold_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.faults.effects import Effect, Fault
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

_FEWEST_ZONES = 2


@claim("Every tier survives the loss of any one zone", "Success metric 1", "Requirement 2")
def survives_zone_loss(topology: Topology) -> Finding:
    """Check that every tier that serves requests has something running after each zone failure.

    The remaining targets must reach the thresholds of their target group. Below these, the load
    balancer sends requests to failed targets too, or leaves the failed zone in DNS. Without
    cross-zone load balancing, a zone without a healthy target leaves DNS, and the other zones serve
    their own tasks:
    https://repost.aws/knowledge-center/elb-dns-cross-zone-balance-configuration

    Every database needs an instance or a standby in another zone. RDS chooses "a random,
    system-chosen" zone for an instance that sets none: CreateDBInstance, AvailabilityZone.
    """
    topology.require_zones()
    found = [
        (fault, effect)
        for fault in faults_of(topology)
        if fault.kind == "zone"
        for effect in effects_of(topology, fault)
        if effect.tier != EGRESS and effect.before
    ]
    lines = [
        f"{it}: {each.tier} {each.before} - {each.lost} = {each.remains}" for it, each in found
    ]
    if problem := next(_problems(topology, found), ""):
        return broken(problem, *lines)
    if not lines:
        return absent("the stack has no resources in a zone")
    if unplaced := [database.logical_id for database in topology.databases if _unplaced(database)]:
        why = f"RDS chooses the zones of {', '.join(unplaced)}: two may be the same"
        return unknown(why, *lines)
    return kept("every tier keeps running, whichever zone fails", *lines)


def _problems(topology: Topology, found: list[tuple[Fault, Effect]]) -> Iterator[str]:
    for database in topology.databases:
        # A single instance is always in one zone; several without a zone may be in several.
        zones = [it.zone for it in database.instances]
        if not database.standby and len(set(zones)) == 1 and (zones[0] or len(zones) == 1):
            yield f"nothing is left of {database.logical_id} without the one zone that it is in"
    for fault, effect in found:
        if not effect.remains:
            yield f"without {fault.name} nothing is left: {effect.tier}"
        if effect.tier == TASKS:
            for why in threshold_problems(
                topology, fault.name, before=effect.before, left=effect.remains
            ):
                yield f"without {fault.name} {why}"


def _unplaced(database: Database) -> bool:
    """Return whether the template does not show that a database is in two zones."""
    zones = {instance.zone for instance in database.instances} - {""}
    return bool(database.instances) and not database.standby and len(zones) < _FEWEST_ZONES
