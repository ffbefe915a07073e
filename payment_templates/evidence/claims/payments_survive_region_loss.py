"""Checks that the payments survive the loss of a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("The payments survive the loss of the region", "Issue: survival of single faults")
def payments_survive_region_loss(topology: Topology) -> Finding:
    """Check that every database cluster belongs to a global cluster, with a copy elsewhere."""
    if not topology.databases:
        return absent("there is no database cluster")
    alone = [
        database.logical_id
        for database in topology.databases
        if not database.properties.text("GlobalClusterIdentifier")
    ]
    if alone:
        return broken(
            f"{alone[0]} is in this region only: the other region starts without the payments, and "
            "automated backups stay in their region",
            *(f"{name}: no GlobalClusterIdentifier" for name in alone),
            amount=len(alone),
        )
    return conditional("except for the replication lag", "in a global cluster")
