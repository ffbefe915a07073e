"""Aurora promotes a reader of another zone when the writer fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("The database fails over automatically to another zone", "Constraint 1", "Requirement 1")
def database_fails_over(topology: Topology) -> Finding:
    """Look for Aurora PostgreSQL with a reader in another zone, and name who is promoted."""
    if not topology.databases:
        return absent("there is no database cluster")
    lines: list[str] = []
    for database in topology.databases:
        name = database.logical_id
        if database.engine != "aurora-postgresql":
            return broken(f"{name} is {database.engine or 'of no engine'}, not Aurora PostgreSQL")
        writer = database.writer
        heirs = [reader for reader in database.readers if writer and reader.zone != writer.zone]
        if writer is None or not heirs:
            return broken(f"{name} has no reader outside the writer's zone to promote")
        lines.append(
            f"{name}: {writer.logical_id} in {writer.zone} is followed by "
            + ", then ".join(f"{heir.logical_id} in {heir.zone}" for heir in heirs)
        )
    return kept("a reader in another zone replaces a failed writer", *lines)
