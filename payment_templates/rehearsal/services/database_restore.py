"""What a backup of an Aurora cluster holds, and the cluster that a restore creates from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import account, keys, ministack, wire

# The source decides these, or each restore asks for them in its own way.
_OF_SOURCE = frozenset({"Engine", "EngineVersion", "Port", "KmsKeyId", "DatabaseName"})


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a backup brings back and no API shows; there is no data behind the embedded AWS."""

    password: str
    database: str | None
    retention_days: int


def contents_of(cluster: Mapping[str, Any]) -> Contents:
    """Read what a backup of the cluster would hold now."""
    record = ministack.database_cluster(cluster["DBClusterIdentifier"])
    return Contents(
        password=record["_MasterUserPassword"],
        database=record.get("DatabaseName"),
        retention_days=cluster["BackupRetentionPeriod"],
    )


def cluster(identifier: str) -> dict[str, Any]:
    """Describe a cluster; raises ClientError when there is none."""
    found: dict[str, Any] = account.call(
        "rds", "DescribeDBClusters", DBClusterIdentifier=identifier
    )["DBClusters"][0]
    return found


def clusters() -> list[dict[str, Any]]:
    """Describe all clusters."""
    found: list[dict[str, Any]] = account.call("rds", "DescribeDBClusters")["DBClusters"]
    return found


def restore(
    operation: str,
    request: Mapping[str, Any],
    *,
    source: Mapping[str, Any],
    contents: Contents,
    given: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Create a cluster as a restore does: with its request, and the rest from the source.

    The key is the source's unless the request names another; the master user and its password are
    those of the source: botocore's model of both restores.
    """
    shared = {*_members(operation)} & {*_members("CreateDBCluster")} - _OF_SOURCE
    key = request.get("KmsKeyId") or source.get("KmsKeyId")
    database = request.get("DatabaseName") or contents.database
    parameters: dict[str, Any] = {
        "BackupRetentionPeriod": contents.retention_days,
        **{name: value for name, value in request.items() if name in shared},
        **given,
        **({"StorageEncrypted": True, "KmsKeyId": keys.arn(key)} if key else {}),
        **({"DatabaseName": database} if database else {}),
    }
    return account.call(
        "rds",
        "CreateDBCluster",
        Engine=source["Engine"],
        MasterUsername=source["MasterUsername"],
        MasterUserPassword=contents.password,
        **parameters,
    )


def _members(operation: str) -> Collection[str]:
    return wire.members(wire.service_model("rds").operation_model(operation).input_shape)
