"""AWS creates clusters of the version that is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.facts.database_versions import CREATABLE_OLDER, FIRST_CREATABLE_MINOR

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
    """Compare the version with those that RDS has retired: it creates no new cluster of them."""
    if not topology.databases:
        return absent("there is no database")
    lines: list[str] = []
    for database in topology.databases:
        name, version = database.logical_id, database.properties.text("EngineVersion")
        lines.append(f"{name}: {database.engine} {version or 'of no version'}")
        found = _VERSION.fullmatch(version)
        if database.engine != _ENGINE or found is None:
            return conditional("RDS chooses the version, or it is not known here", *lines)
        if version not in CREATABLE_OLDER and _is_retired(*map(int, found.groups())):
            return broken(f"RDS creates no new cluster of {_ENGINE} {version}", *lines)
    return kept("RDS has not retired it", *lines)


def _is_retired(major: int, minor: int) -> bool:
    return major < min(FIRST_CREATABLE_MINOR) or minor < FIRST_CREATABLE_MINOR.get(major, 0)
