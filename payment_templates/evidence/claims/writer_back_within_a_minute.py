"""Checks that writes continue within a minute of a writer failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.recovery.writer import cluster_ttl, promotion
from payment_templates.facts.timings import TYPICAL_REPLACEMENT_SECONDS

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_REPLACEMENT = f"typically < {TYPICAL_REPLACEMENT_SECONDS // 60} min, in the same zone"


@claim("Writes continue within a minute of a writer failure", "Constraint 1", "Requirement 1")
def writer_back_within_a_minute(topology: Topology) -> Finding:
    """Check that every cluster has a reader to promote.

    AWS states a typical failover time of 1 minute with a reader, and 10 minutes without.
    """
    if not topology.databases:
        return absent("there is no database cluster")
    lines: list[str] = []
    for database in topology.databases:
        if not database.readers:
            return broken(f"{database.logical_id} has no reader: {_REPLACEMENT}", *lines)
        lines.append(
            f"{database.logical_id}: {database.readers[0].logical_id} is promoted, "
            f"{promotion(database).how}; clients follow within the TTL of "
            f"{cluster_ttl().span.worst}"
        )
    return conditional("typically: AWS guarantees no failover time", *lines)
