"""Preflight asks the policy simulator about the execution role of a stack set."""

from __future__ import annotations

import pytest

from tests.rollout import colleague
from tests.rollout.running import EAST, Commands

_EXECUTION = "AWSCloudFormationStackSetExecutionRole"


def test_execution_role_without_permissions_is_refused(commands: Commands) -> None:
    _create_role(commands, allowed="s3:GetObject")

    findings = _findings(commands)

    (refused,) = [one for one in findings if one["verdict"] == "refused"]
    (warned,) = [one for one in findings if one["verdict"] == "warning"]
    assert refused["what"].startswith(f"{_arn(commands)} may not ")
    assert "logs:CreateLogGroup" in refused["what"]
    assert "--for stack-set-execution" in refused["remediation"]
    assert warned["what"].endswith("which may be needed")


def test_execution_role_with_every_permission_passes(commands: Commands) -> None:
    _create_role(commands, allowed="*")

    (finding,) = [one for one in _findings(commands) if one["verdict"] == "fine"]

    assert "has every permission that is needed" in finding["what"]


@pytest.mark.usefixtures("aws")
def test_execution_role_that_is_missing_is_reported_once(commands: Commands) -> None:
    document = commands.document("preflight", "--region", EAST)

    assert [one["what"] for one in document["findings"] if _EXECUTION in one["what"]] == [
        f"the account has no role {_EXECUTION}"
    ]


def test_created_role_has_every_permission(commands: Commands) -> None:
    commands.rollout("--region", EAST)

    (finding,) = [one for one in _findings(commands) if one["verdict"] == "fine"]

    assert "has every permission that is needed" in finding["what"]


def _findings(commands: Commands) -> list[dict[str, str]]:
    document = commands.document("preflight", "--region", EAST)
    return [one for one in document["findings"] if one["what"].startswith(_arn(commands))]


def _arn(commands: Commands) -> str:
    return f"arn:aws:iam::{commands.aws.account}:role/{_EXECUTION}"


def _create_role(commands: Commands, *, allowed: str) -> None:
    commands.aws.client("iam", EAST).create_role(RoleName=_EXECUTION, AssumeRolePolicyDocument="{}")
    colleague.allow(commands, _EXECUTION, allowed)
