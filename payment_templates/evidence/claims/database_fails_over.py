"""Checks that Aurora can promote a reader in another zone when the writer fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

_OFF = {"off", "0", "false", "no"}


@claim("The database fails over automatically to another zone", "Constraint 1", "Requirement 1")
def database_fails_over(topology: Topology) -> Finding:
    """Check that the database is Aurora PostgreSQL with a reader in another zone.

    With synchronous_commit off, a commit can be confirmed before it is stored, and a failure of the
    writer loses it:
    https://www.postgresql.org/docs/current/runtime-config-wal.html
    """
    if not topology.databases:
        return absent("there is no database cluster")
    lines: list[str] = []
    for database in topology.databases:
        name = database.logical_id
        if database.engine != "aurora-postgresql":
            return broken(f"{name} is {database.engine or 'of no engine'}, not Aurora PostgreSQL")
        if _confirms_early(topology, database):
            return broken(f"{name} confirms commits before they are stored: synchronous_commit off")
        writer = database.writer
        heirs = [reader for reader in database.readers if writer and reader.zone != writer.zone]
        if writer is None or not heirs:
            return broken(f"{name} has no reader outside the writer's zone to promote")
        lines.append(
            f"{name}: {writer.logical_id} in {writer.zone} is followed by "
            + ", then ".join(f"{heir.logical_id} in {heir.zone}" for heir in heirs)
        )
    return kept("a reader in another zone replaces a failed writer", *lines)


def _confirms_early(topology: Topology, database: Database) -> bool:
    group = topology.stack.find(
        database.properties.get("DBClusterParameterGroupName"), "AWS::RDS::DBClusterParameterGroup"
    )
    parameters = group.properties.child("Parameters") if group else None
    return parameters is not None and parameters.text("synchronous_commit").lower() in _OFF
