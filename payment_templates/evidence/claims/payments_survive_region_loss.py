"""The other region has the payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("The payments survive the loss of the region", "Issue: survival of single faults")
def payments_survive_region_loss(topology: Topology) -> Finding:
    """Look for a cluster that is replicated to another region."""
    if not topology.databases:
        return broken("there is no database cluster")
    for database in topology.databases:
        if not database.fields.text("GlobalClusterIdentifier"):
            return broken(
                f"{database.logical_id} is the region's own: the other region starts without the "
                "payments, and automated backups stay in their region",
                f"{database.logical_id}: no GlobalClusterIdentifier",
            )
    return conditional("up to the lag of the global database", "in a global cluster")
