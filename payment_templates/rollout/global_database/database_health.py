"""Reads the state of a region's cluster and of its instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_rds import RDSClient

AVAILABLE = "available"
# The parameter with which Aurora PostgreSQL stops commits rather than let a region fall behind.
LOSS_BOUND = "rds.global_db_rpo"


@dataclass(frozen=True, kw_only=True)
class InstanceHealth:
    """An instance of a cluster."""

    name: str
    status: str
    instance_class: str
    # Whether it is the writer of its cluster; in a secondary cluster, none is.
    writes: bool


@dataclass(frozen=True, kw_only=True)
class DatabaseHealth:
    """A region's cluster and its instances."""

    cluster: str
    status: str
    engine_version: str
    parameter_group: str
    instances: tuple[InstanceHealth, ...]

    @property
    def available(self) -> tuple[InstanceHealth, ...]:
        """Return the instances that are available."""
        return tuple(one for one in self.instances if one.status == AVAILABLE)

    @property
    def writes(self) -> bool:
        """Return whether cluster and writer are available."""
        return self.status == AVAILABLE and any(one.writes for one in self.available)


def read_database(client: RDSClient, cluster: str) -> DatabaseHealth | None:
    """Read a cluster with its instances; None if it does not exist."""
    try:
        (shown,) = client.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"]
    except client.exceptions.DBClusterNotFoundFault:
        return None
    writers = {
        one.get("DBInstanceIdentifier", "")
        for one in shown.get("DBClusterMembers", ())
        if one.get("IsClusterWriter")
    }
    pages = client.get_paginator("describe_db_instances").paginate(
        Filters=[{"Name": "db-cluster-id", "Values": [cluster]}]
    )
    return DatabaseHealth(
        cluster=cluster,
        status=shown.get("Status", ""),
        engine_version=shown.get("EngineVersion", ""),
        parameter_group=shown.get("DBClusterParameterGroup", ""),
        instances=tuple(
            InstanceHealth(
                name=one.get("DBInstanceIdentifier", ""),
                status=one.get("DBInstanceStatus", ""),
                instance_class=one.get("DBInstanceClass", ""),
                writes=one.get("DBInstanceIdentifier", "") in writers,
            )
            for page in pages
            for one in page["DBInstances"]
        ),
    )


def read_loss_bound(client: RDSClient, parameter_group: str) -> str:
    """Return the seconds of rds.global_db_rpo in a parameter group; empty if it is not set."""
    pages = client.get_paginator("describe_db_cluster_parameters").paginate(
        DBClusterParameterGroupName=parameter_group, Source="user"
    )
    return next(
        (
            one.get("ParameterValue", "")
            for page in pages
            for one in page["Parameters"]
            if one.get("ParameterName") == LOSS_BOUND
        ),
        "",
    )
