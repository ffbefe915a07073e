"""Checks that the payments survive the loss of a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, unknown
from payment_templates.evidence.recovery.global_databases import (
    global_cluster_of,
    outside_clusters,
    refused_class,
)

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("The payments survive the loss of the region", "Issue: survival of single faults")
def payments_survive_region_loss(topology: Topology) -> Finding:
    """Check that every database cluster belongs to a global cluster, with a copy elsewhere.

    A global cluster that is not in the template leaves it open whether another region has a copy.
    """
    if not topology.databases:
        return absent("there is no database cluster")
    clusters = {each.logical_id: global_cluster_of(topology, each) for each in topology.databases}
    alone = [name for name, found in clusters.items() if not found]
    if alone:
        return broken(
            f"{alone[0]} is in this region only: the other region starts without the payments, and "
            "automated backups stay in their region",
            *(f"{name}: no GlobalClusterIdentifier" for name in alone),
            amount=len(alone),
        )
    lines = [f"{name}: in the global cluster {found}" for name, found in clusters.items()]
    for database in topology.databases:
        if problem := refused_class(topology, database):
            return broken(problem, *lines)
    for name, found in outside_clusters(topology).items():
        return unknown(
            f"{name} belongs to the global cluster {found}, which is not in the template: whether "
            "another region has a copy is not known",
            *lines,
        )
    names = ", ".join(dict.fromkeys(clusters.values()))
    why = f"if a cluster in another region belongs to {names}; except for the replication lag"
    return conditional(why, *lines)
