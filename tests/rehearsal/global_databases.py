"""Provides an Aurora global database: primary in us-east-1, secondary in us-west-2."""

# ruff: noqa: ANN401 - templates and AWS's answers are JSON of any shape.

import time
from typing import Any

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import databases
from tests.rehearsal.stacks import EAST, WEST

IDENTIFIER = "payment-global"
CLASS = "db.r6g.large"
WAIT_SECONDS = 10


def pair(aws: EmbeddedAws, *, encrypted: bool = False) -> tuple[str, str]:
    """Create a pair of clusters with one instance each, and return their ARNs: east, west."""
    primary = create_primary(aws, encrypted=encrypted)
    aws.client("rds", EAST).create_global_cluster(
        GlobalClusterIdentifier=IDENTIFIER, SourceDBClusterIdentifier=primary
    )
    secondary = create_secondary(aws)
    add_instance(aws, WEST)
    return primary, secondary


def create_primary(aws: EmbeddedAws, *, encrypted: bool = False, size: str = CLASS) -> str:
    """Create the cluster in us-east-1 with its instance, and return its ARN."""
    key = aws.client("kms", EAST).create_key()["KeyMetadata"]["Arn"] if encrypted else ""
    arn: str = aws.client("rds", EAST).create_db_cluster(
        DBClusterIdentifier=databases.IDENTIFIER,
        Engine="aurora-postgresql",
        EngineVersion="15.18",
        MasterUsername="admin_user",
        MasterUserPassword="FirstPassword1",
        DatabaseName="payments",
        **({"StorageEncrypted": True, "KmsKeyId": key} if encrypted else {}),
    )["DBCluster"]["DBClusterArn"]
    add_instance(aws, EAST, size=size)
    return arn


def create_secondary(aws: EmbeddedAws, **request: Any) -> str:
    """Create the cluster in us-west-2, without an instance, and return its ARN."""
    arn: str = aws.client("rds", WEST).create_db_cluster(
        DBClusterIdentifier=databases.IDENTIFIER,
        Engine="aurora-postgresql",
        GlobalClusterIdentifier=IDENTIFIER,
        **request,
    )["DBCluster"]["DBClusterArn"]
    return arn


def add_instance(aws: EmbeddedAws, region: str, *, size: str = CLASS) -> None:
    """Add an instance to the cluster of a region."""
    aws.client("rds", region).create_db_instance(
        DBInstanceIdentifier=f"{databases.IDENTIFIER}-1",
        DBClusterIdentifier=databases.IDENTIFIER,
        DBInstanceClass=size,
        Engine="aurora-postgresql",
    )


def described(aws: EmbeddedAws, region: str = WEST) -> dict[str, Any]:
    """Return the global database as a region describes it."""
    found: dict[str, Any] = aws.client("rds", region).describe_global_clusters(
        GlobalClusterIdentifier=IDENTIFIER
    )["GlobalClusters"][0]
    return found


def cluster(aws: EmbeddedAws, region: str) -> dict[str, Any]:
    """Return the cluster of a region."""
    found: dict[str, Any] = aws.client("rds", region).describe_db_clusters(
        DBClusterIdentifier=databases.IDENTIFIER
    )["DBClusters"][0]
    return found


def writes(aws: EmbeddedAws, region: str) -> bool:
    """Return whether the cluster of a region has an instance that writes."""
    return any(one["IsClusterWriter"] for one in cluster(aws, region)["DBClusterMembers"])


def synchronization(aws: EmbeddedAws, arn: str) -> str:
    """Return the synchronization status of a member."""
    (status,) = (
        one["SynchronizationStatus"]
        for one in described(aws)["GlobalClusterMembers"]
        if one["DBClusterArn"] == arn
    )
    return str(status)


def await_available(aws: EmbeddedAws) -> None:
    """Wait until no move is running; asks the region that stays reachable."""
    end = time.monotonic() + WAIT_SECONDS
    while described(aws)["Status"] != "available":
        if time.monotonic() > end:
            raise TimeoutError(IDENTIFIER)
        time.sleep(0.05)
