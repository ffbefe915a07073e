"""Templates with an Aurora cluster, for tests of what CloudFormation and RDS do with one."""

# ruff: noqa: ANN401 - templates and AWS's answers are JSON of any shape.

from typing import Any

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal.stacks import EAST

IDENTIFIER = "payments"


def cluster(policy: str = "Delete", **properties: Any) -> dict[str, Any]:
    """A cluster named payments; None takes a property away."""
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
    """An instance of the cluster with the logical ID Cluster."""
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
    """A resource that AWS refuses, once others are there."""
    return {
        "Type": "AWS::Logs::LogGroup",
        "DependsOn": [*after],
        "Properties": {"LogGroupName": "refused", "Tier": "none"},
    }


def described(aws: EmbeddedAws, identifier: str = IDENTIFIER) -> dict[str, Any]:
    """The cluster as RDS describes it."""
    found: dict[str, Any] = aws.client("rds", EAST).describe_db_clusters(
        DBClusterIdentifier=identifier
    )["DBClusters"][0]
    return found


def snapshots(aws: EmbeddedAws) -> list[dict[str, Any]]:
    """The snapshots of all clusters."""
    found: list[dict[str, Any]] = aws.client("rds", EAST).describe_db_cluster_snapshots()[
        "DBClusterSnapshots"
    ]
    return found


def automated_backups(aws: EmbeddedAws) -> list[dict[str, Any]]:
    """The automated backups of clusters that exist and of those that are deleted."""
    found: list[dict[str, Any]] = aws.client("rds", EAST).describe_db_cluster_automated_backups()[
        "DBClusterAutomatedBackups"
    ]
    return found
