"""The service role that CloudFormation uses: given, kept, shown and replaced."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.rollout.running import EAST, NAME, SUFFIX, Commands


def test_given_role_becomes_the_role_of_the_stack(commands: Commands) -> None:
    role = _make_role(commands, "deployer")

    result = commands.deploy("--role-arn", role)

    assert result.exit_code == 0, result.output
    assert commands.stack()["RoleARN"] == role
    assert f"plan: from now on CloudFormation uses {role}" in result.stdout


def test_role_of_the_stack_is_kept(commands: Commands) -> None:
    role = _make_role(commands, "deployer")
    commands.deploy("--role-arn", role)

    result = commands.deploy("--parameter", "Message=second")

    assert result.exit_code == 0, result.output
    assert commands.stack()["RoleARN"] == role


def test_preflight_of_an_update_checks_the_role_of_the_stack(commands: Commands) -> None:
    role = _make_role(commands, "deployer")
    before = commands.document("preflight", "--without-roles", "--region", EAST)
    commands.deploy("--role-arn", role)

    after = commands.document("preflight", "--without-roles", "--region", EAST)
    other = commands.document("preflight", "--without-roles", "--region", EAST, "--role-arn", role)

    assert not _about(before, role)
    assert {one["verdict"] for one in _about(after, role)} == {"refused", "warning"}
    assert _about(other, role) == _about(after, role)


def test_role_of_a_stack_without_changes_is_reported_as_kept(commands: Commands) -> None:
    role = _make_role(commands, "deployer")
    commands.deploy()

    result = commands.deploy("--role-arn", role)

    assert result.exit_code == 0, result.output
    assert "its service role stays unset: --role-arn applies with the next change" in result.stdout


@pytest.mark.parametrize("trusted", [None, "ecs.amazonaws.com"], ids=["no role", "other service"])
def test_unusable_role_is_refused_with_a_hint(commands: Commands, trusted: str | None) -> None:
    role = f"arn:aws:iam::{commands.aws.account}:role/deployer"
    if trusted:
        _make_role(commands, "deployer", trusted)

    result = commands.deploy("--role-arn", role)

    assert result.exit_code == 1
    assert f"Role {role} is invalid or cannot be assumed" in result.stderr
    assert "hint: pass --role-arn with a role that exists" in result.stderr
    assert commands.stack() is None


def test_stack_that_outlived_its_role_is_deleted_with_another(commands: Commands) -> None:
    commands.deploy("--role-arn", _make_role(commands, "deployer"))
    commands.aws.client("iam", EAST).delete_role(RoleName="deployer")
    other = _make_role(commands, "cleaner")

    refused = commands.destroy()
    result = commands.run("destroy", "--confirm", SUFFIX, "--role-arn", other)

    assert refused.exit_code == 1
    assert "hint: pass --role-arn" in refused.stderr
    assert result.exit_code == 0, result.output
    assert f"{EAST}: CloudFormation deletes {NAME} with {other}" in result.stdout
    assert commands.stack() is None


def test_role_of_the_stack_is_shown_before_the_deletion(commands: Commands) -> None:
    role = _make_role(commands, "deployer")
    commands.deploy("--role-arn", role)

    result = commands.run("destroy")

    assert result.exit_code == 2
    assert f"CloudFormation deletes {NAME} with {role}" in result.stdout


@pytest.mark.parametrize("command", ["deploy", "destroy"])
@pytest.mark.parametrize("arn", ["deployer", "arn:aws:iam::1:role/x", "arn:aws:iam::1:user/x", ""])
def test_invalid_role_is_a_usage_error(commands: Commands, command: str, arn: str) -> None:
    result = commands.run(command, "--role-arn", arn)

    assert result.exit_code == 2
    assert f"error: invalid --role-arn '{arn}'" in result.stderr


def _about(document: Mapping[str, Any], role: str) -> list[Any]:
    return [one for one in document["findings"] if one["what"].startswith(f"{role} may not")]


def _make_role(commands: Commands, name: str, trusted: str = "cloudformation.amazonaws.com") -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": trusted}, "Action": "sts:AssumeRole"}
        ],
    }
    client = commands.aws.client("iam", EAST)
    role = client.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    return str(role["Arn"])
