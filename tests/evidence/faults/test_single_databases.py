"""A database outside a cluster is judged as one that is in a cluster is."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Json, changed, cut, put
from tests.evidence.templates import verdict_of

_ACCOUNT = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
_KEY: Json = {
    "Type": "AWS::KMS::Key",
    "DeletionPolicy": "Retain",
    "Properties": {
        "EnableKeyRotation": True,
        "KeyPolicy": {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": _ACCOUNT},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ]
        },
    },
}
_GROUP: Json = {
    "Type": "AWS::RDS::DBParameterGroup",
    "Properties": {"Family": "postgres14", "Parameters": {"rds.force_ssl": "1"}},
}
_SUBNETS: Json = {
    f"Subnet{name}": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "AvailabilityZone": f"us-east-1{name.lower()}"},
    }
    for name in ("A", "B")
}
_TEMPLATE: Json = {
    "Resources": {
        "Key": _KEY,
        "Group": _GROUP,
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        **_SUBNETS,
        "SubnetGroup": {
            "Type": "AWS::RDS::DBSubnetGroup",
            "Properties": {"SubnetIds": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}]},
        },
        "Database": {
            "Type": "AWS::RDS::DBInstance",
            "Properties": {
                "Engine": "postgres",
                "EngineVersion": "14.12",
                "DBSubnetGroupName": {"Ref": "SubnetGroup"},
                "DBParameterGroupName": {"Ref": "Group"},
                "StorageEncrypted": True,
                "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
                "MultiAZ": True,
                "PubliclyAccessible": False,
                "BackupRetentionPeriod": 7,
                "DeleteAutomatedBackups": False,
                "ManageMasterUserPassword": True,
                "MasterUserSecret": {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
            },
        },
    }
}
_DATABASE = "Database.Properties"
_KEPT = (
    "backups-kept",
    "database-connections-are-encrypted",
    "database-is-private",
    "encrypted-at-rest",
    "survives-zone-loss",
)


@pytest.mark.parametrize("claim_id", _KEPT)
def test_database_outside_a_cluster_keeps_promise(claim_id: str) -> None:
    assert verdict_of(claim_id, _TEMPLATE) is Verdict.KEPT


def test_data_of_a_database_outside_a_cluster_survives() -> None:
    assert verdict_of("data-survives-deletion", _TEMPLATE) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("claim_id", "name", "value"),
    [
        ("backups-kept", "BackupRetentionPeriod", 0),
        ("database-connections-are-encrypted", "DBParameterGroupName", "default.postgres14"),
        ("database-is-private", "PubliclyAccessible", True),
        ("encrypted-at-rest", "StorageEncrypted", False),
        ("encrypted-at-rest", "KmsKeyId", "alias/aws/rds"),
        ("survives-zone-loss", "MultiAZ", False),
        ("secrets-not-in-clear", "MasterUserPassword", "correct-horse"),
    ],
)
def test_database_outside_a_cluster_breaks_promise(claim_id: str, name: str, value: object) -> None:
    document = changed(
        _TEMPLATE, cut(f"{_DATABASE}.ManageMasterUserPassword"), put(f"{_DATABASE}.{name}", value)
    )

    assert verdict_of(claim_id, document) is Verdict.BROKEN


def test_deletion_without_snapshot_loses_data() -> None:
    document = changed(
        _TEMPLATE,
        put("Database.DeletionPolicy", "Delete"),
        cut(f"{_DATABASE}.DeleteAutomatedBackups"),
    )

    assert verdict_of("data-survives-deletion", document) is Verdict.BROKEN


def test_default_deletion_policy_leaves_a_snapshot() -> None:
    assert verdict_of("nothing-outlives-stack", _TEMPLATE) is Verdict.BROKEN


def test_absence_of_encryption_is_a_fault() -> None:
    document = changed(_TEMPLATE, cut(f"{_DATABASE}.StorageEncrypted"))

    assert verdict_of("encrypted-at-rest", document) is Verdict.BROKEN


def test_encryption_of_a_restored_database_is_unknown() -> None:
    document = changed(
        _TEMPLATE,
        cut(f"{_DATABASE}.StorageEncrypted"),
        cut(f"{_DATABASE}.KmsKeyId"),
        put(f"{_DATABASE}.DBSnapshotIdentifier", "arn:aws:rds:us-east-1:111122223333:snapshot:a"),
    )

    assert verdict_of("encrypted-at-rest", document) is Verdict.UNKNOWN


def test_postgresql_requires_tls_from_15_on() -> None:
    document = changed(
        _TEMPLATE,
        cut(f"{_DATABASE}.DBParameterGroupName"),
        put(f"{_DATABASE}.EngineVersion", "16.3"),
    )

    assert verdict_of("database-connections-are-encrypted", document) is Verdict.KEPT


def _aurora(*zones: str | None) -> Json:
    members: Json = {
        f"Instance{number}": {
            "Type": "AWS::RDS::DBInstance",
            "Properties": {
                "DBClusterIdentifier": {"Ref": "Cluster"},
                "Engine": "aurora-postgresql",
                **({"AvailabilityZone": zone} if zone else {}),
            },
        }
        for number, zone in enumerate(zones)
    }
    cluster = {
        "Type": "AWS::RDS::DBCluster",
        "Properties": {
            "Engine": "aurora-postgresql",
            "DBSubnetGroupName": {"Ref": "SubnetGroup"},
        },
    }
    return {"Resources": {**_TEMPLATE["Resources"], "Cluster": cluster, **members}}


@pytest.mark.parametrize(
    ("zones", "verdict"),
    [
        ((None,), Verdict.BROKEN),
        (("us-east-1a",), Verdict.BROKEN),
        ((None, None), Verdict.UNKNOWN),
        (("us-east-1a", None), Verdict.UNKNOWN),
        (("us-east-1a", "us-east-1b"), Verdict.KEPT),
        (("us-east-1a", "us-east-1a"), Verdict.BROKEN),
    ],
)
def test_zones_of_instances_decide_what_survives(
    zones: tuple[str | None, ...], verdict: Verdict
) -> None:
    assert verdict_of("survives-zone-loss", _aurora(*zones)) is verdict


_ROLE = "BackupRole.Properties"
_BACKUPS: Json = {
    "Vault": {
        "Type": "AWS::Backup::BackupVault",
        "Properties": {"BackupVaultName": "payments"},
    },
    "Plan": {
        "Type": "AWS::Backup::BackupPlan",
        "Properties": {
            "BackupPlan": {
                "BackupPlanName": "payments",
                "BackupPlanRule": [{"RuleName": "daily", "TargetBackupVault": {"Ref": "Vault"}}],
            }
        },
    },
    "Selection": {
        "Type": "AWS::Backup::BackupSelection",
        "Properties": {
            "BackupPlanId": {"Ref": "Plan"},
            "BackupSelection": {
                "SelectionName": "payments",
                "IamRoleArn": {"Fn::GetAtt": ["BackupRole", "Arn"]},
                "Resources": ["arn:aws:rds:*:*:db:*"],
            },
        },
    },
    "BackupRole": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "backup.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ]
            },
            "ManagedPolicyArns": [
                "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
            ],
        },
    },
}
WITH_BACKUPS: Json = {"Resources": {**_TEMPLATE["Resources"], **_BACKUPS}}


def test_aws_policy_is_enough_to_back_up_a_database_outside_a_cluster() -> None:
    assert verdict_of("backups-reach-their-vaults", WITH_BACKUPS) is Verdict.KEPT


@pytest.mark.parametrize(
    "policy",
    [
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/job-function/AWSBackupServiceRolePolicyForBackup",
        "arn:aws-cn:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    ],
    ids=["no path", "another path", "another partition"],
)
def test_aws_policy_that_does_not_exist_allows_nothing(policy: str) -> None:
    template = changed(WITH_BACKUPS, put(f"{_ROLE}.ManagedPolicyArns", [policy]))

    assert verdict_of("backups-reach-their-vaults", template) is Verdict.BROKEN


def test_policy_that_is_not_known_here_is_a_condition() -> None:
    policy = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForS3Backup"
    template = changed(WITH_BACKUPS, put(f"{_ROLE}.ManagedPolicyArns", [policy]))

    assert verdict_of("backups-reach-their-vaults", template) is Verdict.CONDITIONAL


def test_role_for_snapshots_of_clusters_backs_up_no_other_database() -> None:
    actions = ["rds:CreateDBClusterSnapshot", "rds:Describe*", "kms:*", "tag:GetResources"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    template = changed(
        WITH_BACKUPS,
        cut(f"{_ROLE}.ManagedPolicyArns"),
        put(f"{_ROLE}.Policies", [{"PolicyDocument": {"Statement": [statement]}}]),
    )

    assert verdict_of("backups-reach-their-vaults", template) is Verdict.BROKEN
