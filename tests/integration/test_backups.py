from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack


def test_vault_is_encrypted_with_the_key(stack: Stack) -> None:
    _skip_without_vault(stack)
    vaults = stack.ask("backup", "list_backup_vaults")["BackupVaultList"]

    (vault,) = (one for one in vaults if one["BackupVaultName"] == f"payment-vault-{stack.suffix}")
    assert vault["EncryptionKeyArn"] == stack.outputs["EncryptionKeyArn"]


def test_snapshot_is_taken_every_day_and_copied_to_the_other_region(stack: Stack) -> None:
    (rule,) = _plan(stack)["Rules"]

    days = stack.profile.vault_days
    vault = f"payment-vault-{stack.suffix}"
    other = f"arn:aws:backup:{stack.parameters['SecondRegion']}:{stack.account}"
    assert rule["TargetBackupVaultName"] == vault
    assert rule["Lifecycle"]["DeleteAfterDays"] == days
    (copy,) = rule["CopyActions"]
    assert copy["DestinationBackupVaultArn"] == f"{other}:backup-vault:{vault}"
    assert copy["Lifecycle"]["DeleteAfterDays"] == days


def test_plan_backs_up_the_database_alone(stack: Stack) -> None:
    plan_id = _plan(stack)["BackupPlanId"]
    listed = stack.ask("backup", "list_backup_selections", BackupPlanId=plan_id)

    (selection,) = (
        stack.ask(
            "backup",
            "get_backup_selection",
            BackupPlanId=plan_id,
            SelectionId=one["SelectionId"],
        )["BackupSelection"]
        for one in listed["BackupSelectionsList"]
    )
    cluster = f"arn:aws:rds:{stack.region}:{stack.account}:cluster"
    assert selection["Resources"] == [f"{cluster}:{stack.outputs['DatabaseClusterId']}"]


# Otherwise AWS Backup leaves the cluster out although the plan names it.
@pytest.mark.real_aws("the settings of AWS Backup")
def test_aws_backup_includes_aurora(stack: Stack) -> None:
    _plan(stack)

    settings = stack.ask("backup", "describe_region_settings")["ResourceTypeOptInPreference"]

    assert settings["Aurora"]


def _plan(stack: Stack) -> Json:
    _skip_without_vault(stack)
    if not stack.is_database_home:
        pytest.skip(f"only {stack.parameters['DatabaseHomeRegion']} has the backup plan")
    plans = stack.ask("backup", "list_backup_plans")["BackupPlansList"]
    (plan,) = (one for one in plans if one["BackupPlanName"] == f"payment-vault-{stack.suffix}")
    shown = stack.ask("backup", "get_backup_plan", BackupPlanId=plan["BackupPlanId"])
    return {**shown["BackupPlan"], "BackupPlanId": plan["BackupPlanId"]}


def _skip_without_vault(stack: Stack) -> None:
    if not stack.profile.vault_days:
        pytest.skip("the stack has no backup vault")
