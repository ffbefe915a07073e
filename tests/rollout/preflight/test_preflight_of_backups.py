"""Preflight finds what would stop AWS Backup, and what an earlier stack left in a vault."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import template_of
from payment_templates.rollout.planned_stack import plan_stack
from payment_templates.rollout.preflight import Verdict
from payment_templates.rollout.preflight.backups import check_opt_in
from payment_templates.rollout.values import Values
from tests.rollout.running import EAST, WEST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    from payment_templates.rollout.preflight.finding import Finding

_NAME = "payment-vault-dev-001"


def test_vault_of_an_earlier_stack_is_refused_with_what_it_keeps(
    commands: Commands, tmp_path: Path
) -> None:
    backup = commands.aws.client("backup", EAST)
    backup.create_backup_vault(BackupVaultName=_NAME)
    backup.start_backup_job(
        BackupVaultName=_NAME,
        ResourceArn="arn:aws:rds:us-east-1:123456789012:cluster:payments",
        IamRoleArn="arn:aws:iam::123456789012:role/backup",
    )

    finding = _refused(commands, tmp_path)

    assert finding["what"] == f"Backup::BackupVault {_NAME} already exists"
    assert "keeps 1 recovery point, of an earlier stack" in finding["remediation"]
    assert "choose another --suffix" in finding["remediation"]


def test_empty_vault_may_be_deleted(commands: Commands, tmp_path: Path) -> None:
    commands.aws.client("backup", EAST).create_backup_vault(BackupVaultName=_NAME)

    finding = _refused(commands, tmp_path)

    assert finding["remediation"].startswith(
        "it is empty, delete it: aws backup delete-backup-vault "
    )


@pytest.mark.parametrize(
    ("opted_in", "verdict"), [(True, Verdict.FINE), (False, Verdict.WARNING)], ids=["on", "off"]
)
def test_region_in_which_aws_backup_leaves_out_aurora_is_a_warning(
    *, opted_in: bool, verdict: Verdict
) -> None:
    (finding,) = _opt_in(EAST, opted_in=opted_in)

    assert finding.verdict is verdict
    assert "Aurora" in finding.what


# It has a vault, but no plan.
def test_second_region_needs_no_opt_in() -> None:
    assert _opt_in(WEST, opted_in=False) == []


def _opt_in(region: str, *, opted_in: bool) -> list[Finding]:
    template = template_of(build_template(PROFILES["production"]).to_dict(), name="t")
    planned = plan_stack(template, Values(open={}), region=region, account="123456789012")
    client = SimpleNamespace(
        describe_region_settings=lambda: {"ResourceTypeOptInPreference": {"Aurora": opted_in}}
    )

    def client_of(_service: str, *, region_name: str) -> SimpleNamespace:
        assert region_name == region
        return client

    # Clients are cached by the session, which must be hashable.
    session: Any = Mock(client=client_of)
    return [*check_opt_in(session, planned)]


def _refused(commands: Commands, folder: Path) -> dict[str, Any]:
    vault = {
        "Type": "AWS::Backup::BackupVault",
        "Properties": {"BackupVaultName": {"Fn::Sub": "payment-vault-${EnvironmentSuffix}"}},
    }
    template = changed(folder, {"Vault": vault})
    document = commands.document(
        "preflight", "--region", EAST, "--without-roles", template=template
    )
    (finding,) = (one for one in document["findings"] if one["verdict"] == "refused")
    return dict(finding)
