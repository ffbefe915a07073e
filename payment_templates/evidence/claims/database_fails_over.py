"""Checks that Aurora can promote a reader in another zone when the writer fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept, unknown

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database, Instance

_OFF = {"off", "0", "false", "no"}


@claim("The database fails over automatically to another zone", "Constraint 1", "Requirement 1")
def database_fails_over(topology: Topology) -> Finding:
    """Check that the database is Aurora PostgreSQL with a reader in another zone.

    With synchronous_commit off, a commit can be confirmed before it is stored, and a failure of the
    writer loses it:
    https://www.postgresql.org/docs/current/runtime-config-wal.html

    RDS chooses "a random, system-chosen" zone for an instance that sets none: CreateDBInstance,
    AvailabilityZone.
    """
    if not topology.databases:
        return absent("there is no database cluster")
    lines: list[str] = []
    doubt = ""
    for database in topology.databases:
        name = database.logical_id
        if database.engine != "aurora-postgresql":
            return broken(f"{name} is {database.engine or 'of no engine'}, not Aurora PostgreSQL")
        if _confirms_early(topology, database):
            return broken(f"{name} confirms commits before they are stored: synchronous_commit off")
        writer = database.writer
        others = [it for it in database.readers if writer and _may_be_elsewhere(writer, it)]
        if writer is None or not others:
            return broken(f"{name} has no reader outside the writer's zone to promote")
        if not database.heirs:
            doubt = doubt or f"RDS chooses zones of {name}: all may be the writer's"
        lines.append(
            f"{name}: {writer.logical_id} in {_place(writer)} is followed by "
            + ", then ".join(f"{it.logical_id} in {_place(it)}" for it in others)
        )
    if doubt:
        return unknown(doubt, *lines)
    return kept("a reader in another zone replaces a failed writer", *lines)


def _may_be_elsewhere(writer: Instance, reader: Instance) -> bool:
    return not writer.zone or not reader.zone or reader.zone != writer.zone


def _place(instance: Instance) -> str:
    return instance.zone or "a zone of RDS"


def _confirms_early(topology: Topology, database: Database) -> bool:
    group = topology.stack.find(
        database.properties.get("DBClusterParameterGroupName"), "AWS::RDS::DBClusterParameterGroup"
    )
    parameters = group.properties.child("Parameters") if group else None
    return parameters is not None and parameters.text("synchronous_commit").lower() in _OFF
