"""What the bill says of the snapshots of AWS Backup, in both regions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import template_of
from payment_templates.evidence import region_pair, regional_topologies
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.usage import Usage
from tests.evidence.changes import Change, changed, cut, put

_RULE = "BackupPlan.Properties.BackupPlan.BackupPlanRule.0"


def lines(*changes: Change, vault_days: int = 35) -> dict[tuple[str, str], float | None]:
    options = replace(PROFILES["production"], vault_days=vault_days)
    document = changed(build_template(options).to_dict(), *changes)
    topologies = regional_topologies(
        template_of(document), regions=region_pair("us-east-1"), parameters={}
    )
    return {
        (bill.region, line.what): line.usd
        for bill in bills_of(topologies, Usage(storage_gb=100))
        for line in bill.lines
        if line.what.startswith("AWS Backup")
    }


# 35 snapshots are within the point-in-time recovery; 35 full copies are not.
def test_copies_cost_their_storage_and_their_way() -> None:
    assert lines() == {
        ("us-east-1", "AWS Backup"): 0,
        ("us-east-1", "AWS Backup, data to us-west-2"): pytest.approx(100 * 365 / 12 * 0.02),
        ("us-west-2", "AWS Backup, copies from another region"): pytest.approx(3500 * 0.021),
    }


def test_snapshots_beyond_the_point_in_time_recovery_cost() -> None:
    assert lines(vault_days=90)["us-east-1", "AWS Backup"] == pytest.approx(55 * 100 * 0.021)


def test_copy_in_another_account_fills_no_vault_here() -> None:
    vault = {
        "Fn::Sub": "arn:aws:backup:us-west-2:999999999999:backup-vault:payment-vault-"
        "${EnvironmentSuffix}"
    }

    found = lines(put(f"{_RULE}.CopyActions.0.DestinationBackupVaultArn", vault))

    assert ("us-west-2", "AWS Backup, copies from another region") not in found


@pytest.mark.parametrize(
    "change",
    [put(f"{_RULE}.ScheduleExpression", "rate(1 hour)"), cut(f"{_RULE}.Lifecycle")],
    ids=["another schedule", "no end"],
)
def test_cost_is_unknown(change: Change) -> None:
    assert lines(change) == {
        ("us-east-1", "AWS Backup"): None,
        ("us-west-2", "AWS Backup, copies from another region"): None,
    }


def test_stack_without_a_plan_has_no_line() -> None:
    assert lines(vault_days=0) == {}
