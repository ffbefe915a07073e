"""How long copies of AWS Backup are kept, and which vaults take them."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.backups.test_backups import OPT_IN, finding
from tests.evidence.changes import Change, Json, append, cut, put

_REACH, _DETECTED = "backups-reach-their-vaults", "failed-backups-detected"
_RULE = "BackupPlan.Properties.BackupPlan.BackupPlanRule.0"
_COPIES = f"{_RULE}.CopyActions"
_TYPE = "AWS::Backup::LogicallyAirGappedBackupVault"
_SAFE = put(
    "Safe",
    {
        "Type": _TYPE,
        "Properties": {
            "BackupVaultName": {"Fn::Sub": "payment-safe-${EnvironmentSuffix}"},
            "MinRetentionDays": 7,
            "MaxRetentionDays": 90,
        },
    },
)
_OF_SAFE = {"Fn::GetAtt": ["Safe", "BackupVaultArn"]}
_BY_NAME = {
    "Fn::Sub": "arn:${AWS::Partition}:backup:${AWS::Region}:${AWS::AccountId}:"
    "backup-vault:payment-safe-${EnvironmentSuffix}"
}


def _locked(**days: int) -> Change:
    return put("BackupVault.Properties.LockConfiguration", days)


def _copied_to(vault: Json) -> Change:
    return append(_COPIES, {"DestinationBackupVaultArn": vault})


# "If you do not specify a lifecycle, AWS Backup applies the lifecycle policy of the source backup
# to the destination backup": CopyActionResourceType, in the reference of CloudFormation.
def test_copy_without_a_lifecycle_has_that_of_its_backup() -> None:
    after = finding(_REACH, cut(f"{_COPIES}.0.Lifecycle"), _locked(MaxRetentionDays=35))

    assert (after.verdict, after.why) == (Verdict.CONDITIONAL, OPT_IN)
    assert any("35 days in us-west-2" in line for line in after.evidence)


def test_copy_of_a_backup_without_an_end_has_none() -> None:
    endless = (cut(f"{_COPIES}.0.Lifecycle"), cut(f"{_RULE}.Lifecycle"))

    after = finding(_REACH, *endless, _locked(MaxRetentionDays=90))

    assert after.verdict is Verdict.BROKEN
    assert "keeps backups without an end" in after.why


@pytest.mark.parametrize("vault", [_OF_SAFE, _BY_NAME], ids=["attribute", "name"])
def test_copy_to_a_logically_air_gapped_vault_of_the_region_is_a_condition(vault: Json) -> None:
    after = finding(_REACH, _SAFE, _copied_to(vault))

    assert after.verdict is Verdict.CONDITIONAL
    assert "payment-safe-dev-001 in us-east-1 is logically air-gapped" in after.why


def test_copy_to_a_vault_of_the_region_that_the_template_lacks_is_a_condition() -> None:
    may_copy = append(
        "BackupRole.Properties.Policies.0.PolicyDocument.Statement.3.Resource", _BY_NAME
    )

    after = finding(_REACH, may_copy, _copied_to(_BY_NAME))

    assert after.verdict is Verdict.CONDITIONAL
    assert "payment-safe-dev-001 in us-east-1 is logically air-gapped" in after.why


def test_failed_copy_to_a_logically_air_gapped_vault_is_reported() -> None:
    pattern = "BackupFailedRule.Properties.EventPattern.detail.$or"
    only_copy = put(_COPIES, [{"DestinationBackupVaultArn": _OF_SAFE}])
    to_safe = {"destinationBackupVaultArn": [_OF_SAFE]}

    after = finding(_DETECTED, _SAFE, only_copy, put(f"{pattern}.1", to_safe))

    assert after.verdict is Verdict.KEPT


@pytest.mark.parametrize("claim", [_REACH, _DETECTED])
def test_backups_that_are_moved_to_a_logically_air_gapped_vault_are_a_condition(
    claim: str,
) -> None:
    after = finding(claim, _SAFE, put(f"{_RULE}.TargetLogicallyAirGappedBackupVaultArn", _OF_SAFE))

    assert after.verdict is Verdict.CONDITIONAL
    assert "${Safe.BackupVaultArn}" in after.why
