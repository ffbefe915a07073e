"""AWS creates clusters of the version that is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_ENGINE = "aurora-postgresql"
# The first minor version of each major one that new clusters take, and the older ones that they
# take too: cfn-lint 1.58, aws_rds_dbcluster/engine_version and engine_version_deprecated.
_FIRST_MINOR = {13: 23, 14: 17, 15: 10, 16: 8, 17: 4, 18: 3}
_OLDER = {"11.9", "11.21", "12.9", "12.22", "13.9", "14.6"}
_VERSION = re.compile(r"(\d+)\.(\d+)")


@claim(
    "RDS still offers the engine version of the database",
    "Ideal response: Aurora PostgreSQL 15.4",
)
def database_version_is_created(topology: Topology) -> Finding:
    """Compare the version with those that RDS has retired: it creates no new cluster of them."""
    if not topology.databases:
        return broken("there is no database cluster")
    lines: list[str] = []
    for database in topology.databases:
        name, version = database.logical_id, database.properties.text("EngineVersion")
        lines.append(f"{name}: {database.engine} {version or 'of no version'}")
        found = _VERSION.fullmatch(version)
        if database.engine != _ENGINE or found is None:
            return conditional("RDS chooses the version, or it is not known here", *lines)
        if version not in _OLDER and _is_retired(*map(int, found.groups())):
            return broken(f"RDS creates no new cluster of {_ENGINE} {version}", *lines)
    return kept("RDS has not retired it", *lines)


def _is_retired(major: int, minor: int) -> bool:
    return major < min(_FIRST_MINOR) or minor < _FIRST_MINOR.get(major, 0)
