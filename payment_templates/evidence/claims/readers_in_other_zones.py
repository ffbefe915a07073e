"""Checks that no reader is in the writer's zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept, unknown
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Read replicas run in other zones than the writer", "Constraint 9", "Requirement 1")
def readers_in_other_zones(topology: Topology) -> Finding:
    """Check that the zone of every reader differs from its writer's.

    RDS chooses "a random, system-chosen" zone for an instance that sets none: CreateDBInstance,
    AvailabilityZone.
    """
    lines: list[str] = []
    unplaced: list[str] = []
    for database in topology.databases:
        writer = database.writer
        for reader in database.readers:
            zone, own = reader.zone or "a zone of RDS", writer.zone if writer else ""
            lines.append(f"{reader.logical_id}: {zone}, the writer: {own or 'a zone of RDS'}")
            if reader.zone and reader.zone == own:
                return broken(f"{reader.logical_id} is in the writer's zone", *lines)
            if not reader.zone or not own:
                unplaced.append(reader.logical_id)
    if not lines:
        return absent("no cluster has a reader")
    if unplaced:
        return unknown(f"RDS may place {unplaced[0]} in the writer's zone", *lines)
    return kept(f"{quantity(len(lines), 'reader')}, none in its writer's zone", *lines)
