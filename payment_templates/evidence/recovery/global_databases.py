"""Decides which clusters belong to a global database, and whether another region has a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

_GLOBAL_CLUSTER = "AWS::RDS::GlobalCluster"
# "An Aurora global database requires DB instance classes that are optimized for memory-intensive
# applications"; these are not:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
_BURSTABLE = "db.t"


def global_cluster_of(topology: Topology, database: Database) -> str:
    """Return the global cluster of a database, as a logical ID or else by its name, or ""."""
    for found in topology.stack.of_type(_GLOBAL_CLUSTER):
        if found.properties.target("SourceDBClusterIdentifier") == database.logical_id:
            return found.logical_id
    named = topology.stack.find(database.properties.get("GlobalClusterIdentifier"), _GLOBAL_CLUSTER)
    return named.logical_id if named else database.properties.text("GlobalClusterIdentifier")


def is_global(topology: Topology) -> bool:
    """Return whether every cluster belongs to a global database."""
    return bool(topology.databases) and all(
        global_cluster_of(topology, database) for database in topology.databases
    )


def outside_clusters(topology: Topology) -> dict[str, str]:
    """Return the databases whose global cluster is not in the template, each with its name.

    The template then does not show whether another region has a copy.
    """
    found = {
        database.logical_id: global_cluster_of(topology, database)
        for database in topology.databases
    }
    return {
        name: other
        for name, other in found.items()
        if other and topology.stack.of(other, _GLOBAL_CLUSTER) is None
    }


def refused_class(topology: Topology, database: Database) -> str:
    """Return why RDS refuses a database in its global cluster, or ""."""
    if not global_cluster_of(topology, database):
        return ""
    for instance in database.instances:
        resource = topology.stack.resources[instance.logical_id]
        size = resource.properties.text("DBInstanceClass")
        if size.startswith(_BURSTABLE):
            return f"{instance.logical_id} has the class {size}, which global databases do not take"
    return ""
