"""Checks that RDS still creates clusters with the template's engine version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.facts.database_versions import is_retired

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_ENGINE = "aurora-postgresql"
_VERSION = re.compile(r"(\d+)\.(\d+)")


@claim(
    "RDS still offers the engine version of the database",
    "Ideal response: Aurora PostgreSQL 15.4",
)
def database_version_is_created(topology: Topology) -> Finding:
    """Check that RDS has not retired the engine version; it creates no clusters of retired ones."""
    if not topology.databases:
        return absent("there is no database")
    lines: list[str] = []
    for database in topology.databases:
        name, version = database.logical_id, database.properties.text("EngineVersion")
        lines.append(f"{name}: {database.engine} {version or 'without a version'}")
        if database.engine != _ENGINE or not _VERSION.fullmatch(version):
            return conditional(
                "if RDS offers it: RDS chooses the version, or the engine is not known here", *lines
            )
        if is_retired(version):
            return broken(f"RDS no longer creates clusters of {_ENGINE} {version}", *lines)
    return kept("RDS has not retired it", *lines)
