from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

_ACCOUNT = "${AWS::AccountId}"
_OWN_CLUSTER = (
    "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}"
    ":cluster:payment-aurora-cluster-${EnvironmentSuffix}-${AWS::Region}"
)
_SNAPSHOTS = [
    f"arn:${{AWS::Partition}}:rds:${{{region}}}:{_ACCOUNT}:cluster-snapshot:awsbackup:*"
    for region in ("AWS::Region", "SecondRegion")
]
_ALERTS = ("BackupFailedRule", "BackupMissingAlarm", "BackupStoppedRule")
_VAULTS = [
    f"arn:${{AWS::Partition}}:backup:${{{region}}}:{_ACCOUNT}"
    ":backup-vault:payment-vault-${EnvironmentSuffix}"
    for region in ("AWS::Region", "SecondRegion")
]


@cache
def alone() -> View:
    """A stack whose database is in one region alone."""
    options = replace(PROFILES["standard"], vault_days=90, deletion_policy="Snapshot")
    return View.of(build_template(options))


def rule(view: View) -> Json:
    (found,) = view.properties("BackupPlan")["BackupPlan"]["BackupPlanRule"]
    return dict(found)


def allowed(view: View, sid: str) -> Json:
    (policy,) = view.properties("BackupRole")["Policies"]
    (found,) = (it for it in policy["PolicyDocument"]["Statement"] if it["Sid"] == sid)
    return dict(found)


def texts(values: list[Any]) -> list[Any]:
    return [value["Fn::Sub"] if isinstance(value, dict) else value for value in values]


def test_standard_stack_has_no_vault(template: View) -> None:
    assert not [name for name in template.resources if name.startswith("Backup")]
    assert "backup.*" not in str(template.properties("EncryptionKey"))


# The copy from the other region gets the key of the vault.
def test_vault_has_the_key_of_the_stack(production: View) -> None:
    vault = production.properties("BackupVault")

    assert vault["EncryptionKeyArn"] == {"Fn::GetAtt": ["EncryptionKey", "Arn"]}
    assert vault["BackupVaultName"] == {"Fn::Sub": "payment-vault-${EnvironmentSuffix}"}


def test_account_may_use_the_key_for_the_vault(production: View) -> None:
    statements = production.properties("EncryptionKey")["KeyPolicy"]["Statement"]

    (use,) = (it for it in statements if it["Sid"] == "Use")
    assert "backup.*" in use["Condition"]["StringLike"]["kms:ViaService"]


# AWS Backup needs this right of the principal that creates a vault.
def test_account_may_retire_the_grant_of_the_vault(production: View, template: View) -> None:
    statements = production.properties("EncryptionKey")["KeyPolicy"]["Statement"]

    (retire,) = (it for it in statements if it["Sid"] == "RetireGrants")
    assert retire["Action"] == ["kms:RetireGrant"]
    assert retire["Condition"] == {"StringLike": {"kms:ViaService": "backup.*"}}
    assert "RetireGrant" not in str(template.properties("EncryptionKey"))


# What AWS Config asks for, word by word.
def test_deletion_of_a_snapshot_by_hand_is_refused(production: View) -> None:
    (statement,) = production.properties("BackupVault")["AccessPolicy"]["Statement"]

    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Resource"] == ["*"]
    assert set(statement["Action"]) == {
        *("backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"),
        "backup:PutBackupVaultAccessPolicy",
    }


# A lock that is final makes every mistake permanent.
def test_vault_has_no_lock(production: View) -> None:
    assert "LockConfiguration" not in production.properties("BackupVault")


def test_snapshot_is_taken_every_day_and_kept_for_35(production: View) -> None:
    daily = rule(production)

    assert daily["TargetBackupVault"] == {"Ref": "BackupVault"}
    assert daily["ScheduleExpression"] == "cron(0 5 ? * * *)"
    assert daily["Lifecycle"] == {"DeleteAfterDays": 35}


# Otherwise AWS Backup would change the retention of the cluster, which the template sets.
def test_backups_are_snapshots(production: View) -> None:
    assert rule(production)["EnableContinuousBackup"] is False


def test_copy_goes_to_the_vault_of_the_other_region(production: View) -> None:
    assert rule(production)["CopyActions"] == [
        {
            "DestinationBackupVaultArn": {"Fn::Sub": _VAULTS[1]},
            "Lifecycle": {"DeleteAfterDays": 35},
        }
    ]


def test_database_of_one_region_has_no_copy() -> None:
    assert "CopyActions" not in rule(alone())
    assert rule(alone())["Lifecycle"] == {"DeleteAfterDays": 90}
    assert "Condition" not in alone().resource("BackupPlan")


# Fn::GetAtt would make each change of the cluster a possible replacement of the selection.
def test_plan_selects_the_cluster_alone_by_its_name(production: View) -> None:
    selection = production.properties("BackupSelection")

    assert selection["BackupPlanId"] == {"Ref": "BackupPlan"}
    assert selection["BackupSelection"]["Resources"] == [{"Fn::Sub": _OWN_CLUSTER}]
    assert selection["BackupSelection"]["IamRoleArn"] == {"Fn::GetAtt": ["BackupRole", "Arn"]}


def test_vault_exists_in_both_regions_and_the_plan_at_home(production: View) -> None:
    conditions = {
        name: resource.get("Condition")
        for name, resource in production.resources.items()
        if name.startswith("Backup")
    }

    assert conditions == {
        "BackupVault": None,
        **dict.fromkeys(
            ("BackupPlan", "BackupRole", "BackupSelection", *_ALERTS), "IsDatabaseHome"
        ),
    }


def test_only_aws_backup_may_assume_the_role(production: View) -> None:
    (trust,) = production.properties("BackupRole")["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "backup.amazonaws.com"}


def test_role_takes_snapshots_of_this_cluster_alone(production: View) -> None:
    statement = allowed(production, "TakeSnapshot")

    assert "rds:CreateDBClusterSnapshot" in statement["Action"]
    assert texts(statement["Resource"]) == [_OWN_CLUSTER, _SNAPSHOTS[0]]


def test_role_deletes_only_snapshots_that_aws_backup_took(production: View) -> None:
    statement = allowed(production, "CopyAndExpireSnapshots")

    assert "rds:DeleteDBClusterSnapshot" in statement["Action"]
    assert texts(statement["Resource"]) == _SNAPSHOTS


def test_role_stores_only_in_the_two_vaults(production: View) -> None:
    assert texts(allowed(production, "StoreInVaults")["Resource"]) == _VAULTS


def test_role_of_one_region_reaches_no_other() -> None:
    assert "SecondRegion" not in str(alone().properties("BackupRole"))


# A copy is encrypted with the other region's key, whose ID this stack does not know.
def test_role_lets_only_rds_use_only_the_keys_of_the_two_stacks(production: View) -> None:
    statement = allowed(production, "LetDatabaseServiceUseKeys")

    assert statement["Action"] == ["kms:CreateGrant"]
    assert statement["Condition"] == {
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "StringLike": {"kms:ViaService": "rds.*"},
        "ForAnyValue:StringEquals": {
            "kms:ResourceAliases": [{"Fn::Sub": "alias/payment-key-${EnvironmentSuffix}"}]
        },
    }


@pytest.mark.parametrize("action", ["rds:ModifyDBCluster", "rds:RestoreDBClusterFromSnapshot"])
def test_role_does_not_change_databases(production: View, action: str) -> None:
    assert action not in str(production.properties("BackupRole"))


# The first backup is due within a day, and its day is over before the alarm is evaluated.
def test_alarm_on_missing_backups_waits_for_the_first_one(production: View) -> None:
    alarm = production.properties("BackupMissingAlarm")
    (completed,) = (it["MetricStat"] for it in alarm["Metrics"] if "MetricStat" in it)

    seconds = completed["Period"] * alarm["EvaluationPeriods"]
    assert alarm["WarmUpConfiguration"] == {
        "WarmUpPeriodDurationInMinutes": seconds // 60,
        "OnlyStartEvaluatingAfterWarmUpPeriodEnds": True,
    }


# A day alone would alert whenever a job starts later than the day before.
def test_alarm_on_missing_backups_looks_back_longer_than_two_backups_are_apart(
    production: View,
) -> None:
    alarm = production.properties("BackupMissingAlarm")
    (completed,) = (it["MetricStat"] for it in alarm["Metrics"] if "MetricStat" in it)
    start = rule(production)["StartWindowMinutes"] * 60

    assert completed["Period"] * alarm["EvaluationPeriods"] > 86_400 + start


# AWS Backup reports no zeros, and CloudWatch would go on with the days that have a backup.
def test_days_without_a_backup_count_as_none(production: View) -> None:
    alarm = production.properties("BackupMissingAlarm")

    assert alarm["Metrics"][0]["Expression"] == "FILL(completed, 0)"
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Metrics"][1]["MetricStat"]["Metric"]["Dimensions"] == [
        {"Name": "BackupVaultName", "Value": {"Ref": "BackupVault"}}
    ]


# The dashboard of the other region cannot refer to it.
@pytest.mark.parametrize(("is_alone", "shown"), [(True, True), (False, False)])
def test_dashboard_shows_the_alarm_where_it_always_exists(
    production: View, *, is_alone: bool, shown: bool
) -> None:
    view = alone() if is_alone else production

    body = str(view.properties("Dashboard")["DashboardBody"])
    assert ("${BackupMissingAlarm.Arn}" in body) is shown


def test_stack_without_a_vault_has_no_alert_about_backups(template: View) -> None:
    assert not {*_ALERTS} & {*template.resources}
