"""Reads the contents of an Aurora backup and restores a cluster from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import account, keys, ministack, wire

# Taken from the source, or handled differently by each restore operation.
_OF_SOURCE = frozenset({"Engine", "EngineVersion", "Port", "KmsKeyId", "DatabaseName"})


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Settings that a backup restores and no API shows; the emulator stores no data."""

    password: str
    database: str | None
    retention_days: int


def contents_of(cluster: Mapping[str, Any]) -> Contents:
    """Return the contents of a backup of the cluster taken now."""
    record = ministack.database_cluster(cluster["DBClusterIdentifier"])
    return Contents(
        password=record["_MasterUserPassword"],
        database=record.get("DatabaseName"),
        retention_days=cluster["BackupRetentionPeriod"],
    )


def cluster(identifier: str) -> dict[str, Any]:
    """Describe a cluster; raises ClientError if it does not exist."""
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
    """Create a cluster from the request; the source provides all other settings.

    The key is the source's unless the request sets one; the master user and its password are
    always the source's: botocore's model of both restore operations.
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
