"""Checks that no reader is in the writer's zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Read replicas run in other zones than the writer", "Constraint 9", "Requirement 1")
def readers_in_other_zones(topology: Topology) -> Finding:
    """Check that the zone of every reader differs from its writer's."""
    lines: list[str] = []
    for database in topology.databases:
        writer = database.writer
        for reader in database.readers:
            line = f"{reader.logical_id}: {reader.zone or 'no zone'}"
            if writer is None or not reader.zone or reader.zone == writer.zone:
                return broken(f"{reader.logical_id} may be in the writer's zone", line)
            lines.append(f"{line}, the writer: {writer.zone}")
    if not lines:
        return absent("no cluster has a reader")
    return kept(f"{quantity(len(lines), 'reader')}, none in its writer's zone", *lines)
