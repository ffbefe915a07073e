"""Vaults and plans of AWS Backup, created by CloudFormation."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

_CLUSTER = "arn:aws:rds:us-east-1:123456789012:cluster:payments"


def _trust(service: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


_TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Vault": {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultName": "vault"}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": _trust("backup.amazonaws.com")},
        },
        "Plan": {
            "Type": "AWS::Backup::BackupPlan",
            "Properties": {
                "BackupPlan": {
                    "BackupPlanName": "plan",
                    "BackupPlanRule": [
                        {"RuleName": "daily", "TargetBackupVault": {"Ref": "Vault"}}
                    ],
                }
            },
        },
        "Selection": {
            "Type": "AWS::Backup::BackupSelection",
            "Properties": {
                "BackupPlanId": {"Ref": "Plan"},
                "BackupSelection": {
                    "SelectionName": "payments",
                    "IamRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Resources": [_CLUSTER],
                },
            },
        },
    }
}


@pytest.fixture
def template() -> dict[str, Any]:
    return copy.deepcopy(_TEMPLATE)


def test_plan_selects_what_the_template_names(aws: EmbeddedAws, template: dict[str, Any]) -> None:
    outcome = stacks.create(aws, template)

    assert outcome == stacks.Outcome(status="CREATE_COMPLETE", failures={})
    (shown,) = _selections(aws)
    assert shown["Resources"] == [_CLUSTER]


def test_changed_selection_is_replaced(aws: EmbeddedAws, template: dict[str, Any]) -> None:
    stacks.create(aws, template)
    chosen = template["Resources"]["Selection"]["Properties"]["BackupSelection"]
    chosen["Resources"] = [f"{_CLUSTER}-2"]

    outcome = stacks.update(aws, template)

    assert outcome.status == "UPDATE_COMPLETE"
    assert [shown["Resources"] for shown in _selections(aws)] == [[f"{_CLUSTER}-2"]]


def test_role_that_aws_backup_cannot_assume_is_refused(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    role = template["Resources"]["Role"]["Properties"]
    role["AssumeRolePolicyDocument"] = _trust("ec2.amazonaws.com")

    outcome = stacks.create(aws, template)

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "cannot be assumed by AWS Backup" in outcome.failures["Selection"]


def test_second_vault_of_a_name_is_refused(aws: EmbeddedAws, template: dict[str, Any]) -> None:
    aws.client("backup", EAST).create_backup_vault(BackupVaultName="vault")

    outcome = stacks.create(aws, template)

    assert "already exists" in outcome.failures["Vault"]


def test_empty_vault_is_deleted_with_the_stack(aws: EmbeddedAws, template: dict[str, Any]) -> None:
    stacks.create(aws, template)

    outcome = stacks.delete(aws)

    assert outcome == stacks.Outcome(status="DELETE_COMPLETE", failures={})
    assert aws.client("backup", EAST).list_backup_vaults()["BackupVaultList"] == []


def test_vault_with_a_recovery_point_is_not_deleted(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    stacks.create(aws, template)
    _back_up(aws)

    outcome = stacks.delete(aws)

    assert outcome.status == "DELETE_FAILED"
    assert "contains 1 recovery points" in outcome.failures["Vault"]


def _back_up(aws: EmbeddedAws) -> None:
    role = "arn:aws:iam::123456789012:role/backup"
    aws.client("backup", EAST).start_backup_job(
        BackupVaultName="vault", ResourceArn=_CLUSTER, IamRoleArn=role
    )


def _selections(aws: EmbeddedAws) -> list[dict[str, Any]]:
    client = aws.client("backup", EAST)
    (plan,) = client.list_backup_plans()["BackupPlansList"]
    listed = client.list_backup_selections(BackupPlanId=plan["BackupPlanId"])
    return [
        client.get_backup_selection(
            BackupPlanId=plan["BackupPlanId"], SelectionId=one["SelectionId"]
        )["BackupSelection"]
        for one in listed["BackupSelectionsList"]
    ]
