"""Finds what the deletion of a stack keeps because its template says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.stacks import Stack

_RETAINING = frozenset({"Retain", "RetainExceptOnCreate"})
_CLUSTER = "AWS::RDS::DBCluster"


class SnapshotError(RuntimeError):
    """A database was deleted without the final snapshot that its template asks for."""


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What remains of a stack after its deletion, read before it is deleted."""

    region: str
    # Physical IDs of retained resources, and resource IDs of clusters with retained backups.
    names: frozenset[str]
    # Identifiers of the clusters that get a final snapshot.
    clusters: frozenset[str]

    def among(self, aws: EmbeddedAws, found: frozenset[str]) -> frozenset[str]:
        """Return the entries of an inventory that remain.

        Raises SnapshotError if a cluster has no final snapshot.
        """
        listed = aws.client("rds", self.region).describe_db_cluster_snapshots()[
            "DBClusterSnapshots"
        ]
        taken = [one for one in listed if one["DBClusterIdentifier"] in self.clusters]
        manual = {one["DBClusterIdentifier"] for one in taken if one["SnapshotType"] == "manual"}
        missing = sorted(self.clusters - manual)
        if missing:
            raise SnapshotError(
                f"{missing[0]} in {self.region} was deleted without a final snapshot"
            )
        names = self.names | {one["DBClusterSnapshotIdentifier"] for one in taken}
        # An entry is a service and a name.
        return frozenset(entry for entry in found if entry.partition(" ")[2] in names)


def retention_of(aws: EmbeddedAws, stack: Stack, template: Mapping[str, Any]) -> Retention:
    """Return what the template retains of a stack that is about to be deleted."""
    resources: Mapping[str, Mapping[str, Any]] = template["Resources"]
    names: set[str] = set()
    clusters: set[str] = set()
    pages = aws.client("cloudformation", stack.region).get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=stack.name):
        for entry in page["StackResourceSummaries"]:
            resource = resources.get(entry["LogicalResourceId"], {})
            name = entry["PhysicalResourceId"]
            if resource.get("DeletionPolicy") in _RETAINING:
                names.add(name)
            elif entry["ResourceType"] == _CLUSTER and _takes_snapshot(resource):
                clusters.add(name)
                names.update(_retained_backups(aws, stack.region, name, resource))
    return Retention(region=stack.region, names=frozenset(names), clusters=frozenset(clusters))


def _takes_snapshot(cluster: Mapping[str, Any]) -> bool:
    # The default of this type: aws-attribute-deletionpolicy in CloudFormation's reference.
    return bool(cluster.get("DeletionPolicy", "Snapshot") == "Snapshot")


def _retained_backups(
    aws: EmbeddedAws, region: str, cluster: str, resource: Mapping[str, Any]
) -> tuple[str, ...]:
    if resource.get("Properties", {}).get("DeleteAutomatedBackups", True) is not False:
        return ()
    (found,) = aws.client("rds", region).describe_db_clusters(DBClusterIdentifier=cluster)[
        "DBClusters"
    ]
    return (found["DbClusterResourceId"],)
