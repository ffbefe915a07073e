"""Provides templates with an Aurora cluster and reads its state."""

# ruff: noqa: ANN401 - templates and AWS's answers are JSON of any shape.

from typing import Any

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal.stacks import EAST

IDENTIFIER = "payments"


def cluster(policy: str = "Delete", **properties: Any) -> dict[str, Any]:
    """Return a cluster named payments; None removes a property."""
    standard = {
        "DBClusterIdentifier": IDENTIFIER,
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.18",
        "MasterUsername": "admin_user",
        "MasterUserPassword": "FirstPassword1",
    }
    given = {name: value for name, value in {**standard, **properties}.items() if value is not None}
    return {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": policy, "Properties": given}


def instance(number: int = 1, **properties: Any) -> dict[str, Any]:
    """Return an instance of the cluster with the logical ID Cluster."""
    return {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {
            "DBInstanceIdentifier": f"payments-{number}",
            "DBClusterIdentifier": {"Ref": "Cluster"},
            "DBInstanceClass": "db.t3.medium",
            "Engine": "aurora-postgresql",
            **properties,
        },
    }


def failing(*after: str) -> dict[str, Any]:
    """Return a resource that fails after the named resources are created."""
    return {
        "Type": "AWS::Logs::LogGroup",
        "DependsOn": [*after],
        "Properties": {"LogGroupName": "refused", "Tier": "none"},
    }


def described(aws: EmbeddedAws, identifier: str = IDENTIFIER) -> dict[str, Any]:
    """Return the cluster as RDS describes it."""
    found: dict[str, Any] = aws.client("rds", EAST).describe_db_clusters(
        DBClusterIdentifier=identifier
    )["DBClusters"][0]
    return found


def snapshots(aws: EmbeddedAws) -> list[dict[str, Any]]:
    """Return the snapshots of all clusters."""
    found: list[dict[str, Any]] = aws.client("rds", EAST).describe_db_cluster_snapshots()[
        "DBClusterSnapshots"
    ]
    return found


def automated_backups(aws: EmbeddedAws) -> list[dict[str, Any]]:
    """Return the automated backups of existing and deleted clusters."""
    found: list[dict[str, Any]] = aws.client("rds", EAST).describe_db_cluster_automated_backups()[
        "DBClusterAutomatedBackups"
    ]
    return found
