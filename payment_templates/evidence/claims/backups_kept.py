"""Checks that automated backups are enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_DEFAULT_DAYS = 1


@claim("The database is backed up every day", "Requirement 8")
def backups_kept(topology: Topology) -> Finding:
    """Check that automated backups are retained for at least one day.

    CreateDBCluster, BackupRetentionPeriod: 1 to 35 days, 1 by default. CreateDBInstance, outside a
    cluster: 0 turns backups off.
    """
    if not topology.databases:
        return absent("there is no database")
    lines: list[str] = []
    for database in topology.databases:
        days = database.properties.number("BackupRetentionPeriod", _DEFAULT_DAYS)
        lines.append(f"{database.logical_id}: BackupRetentionPeriod {days:g}")
        if days < 1:
            return broken(f"{database.logical_id} keeps backups for {days:g} days", *lines)
    return kept("backups are kept for at least one day", *lines)
