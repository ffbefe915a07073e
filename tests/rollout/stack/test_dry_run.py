"""Dry runs: show every change, change nothing, and leave nothing behind."""

import json
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rollout.stack_set.planning import preview
from payment_templates.rollout.stack_set.roles.roles_stack import DESCRIPTION
from tests.rollout.running import (
    EAST,
    FAILING,
    NAME,
    PROTECTED,
    SMALL,
    SUFFIX,
    WEST,
    Commands,
    changed,
)

_DRY = ("--dry-run", "--exit-code", "--skip-preflight")
_ROLES = "payment-stack-set-roles"


def test_dry_run_of_a_new_stack_creates_nothing(commands: Commands) -> None:
    result = commands.run("deploy", *_DRY)

    assert result.exit_code == 4, result.output
    assert f"{EAST}: 3 to add" in result.stdout
    assert "dry run: there are changes to deploy; nothing was changed" in result.stdout
    assert _stacks(commands) == []


def test_changes_are_no_failure_without_the_option(commands: Commands) -> None:
    result = commands.run("deploy", "--dry-run", "--skip-preflight")

    assert result.exit_code == 0, result.output


def test_dry_run_of_an_update_leaves_no_change_set(commands: Commands) -> None:
    commands.deploy()

    document = commands.document("deploy", *_DRY, "--parameter", "Message=second")

    assert document["exit_code"] == 4
    assert [one["logical_id"] for one in document["changes"]] == ["Greeting"]
    assert (document["stack"], document["status"]) == (NAME, "CREATE_COMPLETE")
    assert commands.greeting(EAST) == "first"
    assert _change_sets(commands) == []


def test_dry_run_without_changes_succeeds(commands: Commands) -> None:
    commands.deploy()

    result = commands.run("deploy", *_DRY)

    assert result.exit_code == 0, result.output
    assert "there is nothing to change" in result.stdout


def test_switch_of_termination_protection_is_a_change(commands: Commands) -> None:
    commands.deploy(template=PROTECTED)
    client = commands.aws.client("cloudformation", EAST)
    client.update_termination_protection(StackName=NAME, EnableTerminationProtection=False)

    result = commands.run("deploy", *_DRY, template=PROTECTED)

    assert result.exit_code == 4, result.output
    assert "plan: switch stack termination protection on" in result.stdout
    assert commands.stack()["EnableTerminationProtection"] is False


def test_dry_run_refuses_a_loss_that_is_not_allowed(commands: Commands, tmp_path: Path) -> None:
    commands.deploy()

    result = commands.run(
        "deploy", *_DRY, template=changed(tmp_path, {"Records": None, "Person": None})
    )

    assert result.exit_code == 3
    assert "--allow-replacement Records" in result.stderr
    assert _change_sets(commands) == []


def test_dry_run_runs_the_preflight_checks(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-records-dev-001")

    result = commands.run("deploy", "--dry-run")

    assert result.exit_code == 3
    assert "preflight found 1 problem" in result.stderr


@pytest.mark.parametrize("recovery", ["--recreate", "--continue-rollback"])
def test_dry_run_recovers_no_stack(commands: Commands, tmp_path: Path, recovery: str) -> None:
    commands.deploy(template=changed(tmp_path, {"Failing": FAILING}))

    result = commands.run("deploy", *_DRY, recovery)

    assert result.exit_code == 3
    assert "recover it first, with deploy --recreate" in result.stderr
    assert commands.stack()["StackStatus"] == "ROLLBACK_COMPLETE"


def test_empty_stack_of_someone_else_is_kept(commands: Commands) -> None:
    _review(commands)

    result = commands.run("deploy", *_DRY)

    assert result.exit_code == 4, result.output
    assert commands.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert _change_sets(commands) == ["theirs"]
    assert "change set theirs was created by someone else: deploy refuses" in result.stdout


def test_dry_run_leaves_a_stack_of_someone_else_alone(commands: Commands) -> None:
    commands.deploy()
    other = ("--stack-name", NAME, "--suffix", "dev-002")

    result = commands.run("deploy", *_DRY, *other)

    assert result.exit_code == 2
    assert f"{NAME} has the suffix {SUFFIX}, not dev-002; nothing was changed" in result.stderr
    assert _change_sets(commands) == []


def test_dry_run_refuses_a_roles_stack_of_someone_else(commands: Commands) -> None:
    commands.aws.client("cloudformation", EAST).create_stack(
        StackName=_ROLES, TemplateBody='{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}'
    )

    result = commands.run("rollout", *_DRY, "--create-roles")

    assert result.exit_code == 3
    assert f"{_ROLES} is not a stack of this project" in result.stderr


def test_dry_run_creates_a_failed_roles_stack_again(commands: Commands) -> None:
    client = commands.aws.client("cloudformation", EAST)
    broken = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "unusable"}}
    client.create_stack(
        StackName=_ROLES,
        TemplateBody=json.dumps({"Description": DESCRIPTION, "Resources": {"Broken": broken}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    result = commands.run("rollout", *_DRY, "--create-roles")

    assert result.exit_code == 4, result.output
    assert f"plan: delete the stack {_ROLES}, and create it again" in result.stdout
    assert commands.stack(EAST, _ROLES)["StackStatus"] == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize("command", ["deploy", "rollout"])
@pytest.mark.parametrize("existing", [False, True], ids=["no bucket", "bucket"])
def test_long_template_leaves_no_object(
    commands: Commands, tmp_path: Path, command: str, *, existing: bool
) -> None:
    bucket = f"payment-templates-{commands.aws.account}-{EAST}"
    s3 = commands.aws.client("s3", EAST)
    if existing:
        s3.create_bucket(Bucket=bucket)
    long = tmp_path / "long.json"
    long.write_text(SMALL.read_text() + " " * 60_000)
    roles = () if command == "deploy" else ("--create-roles",)

    result = commands.run(command, *_DRY, *roles, template=long)

    assert result.exit_code == 4, result.output
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == ([bucket] if existing else [])
    if existing:
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_dry_run_of_a_new_set_creates_nothing(commands: Commands) -> None:
    result = commands.run("rollout", *_DRY, "--create-roles")

    assert result.exit_code == 4, result.output
    assert f"plan: create stacks in {EAST}, {WEST}" in result.stdout
    assert f"plan: create the stack {_ROLES}" in result.stdout
    assert _stacks(commands) == []
    assert commands.document("status")["stack_set"] is False


def test_dry_run_of_a_set_shows_the_changes_of_its_stacks(commands: Commands) -> None:
    commands.rollout()

    document = commands.document("rollout", *_DRY, "--parameter", "Message=second")

    assert document["exit_code"] == 4
    assert {one["region"] for one in document["changes"]} == {EAST, WEST}
    assert document["operations"] == []
    assert commands.greeting(EAST) == "first"


def test_dry_run_of_a_set_without_changes_succeeds(commands: Commands) -> None:
    commands.rollout()

    result = commands.run("rollout", *_DRY, "--create-roles")

    assert result.exit_code == 0, result.output
    assert "there is nothing to change" in result.stdout


def test_dry_run_without_roles_is_refused(commands: Commands) -> None:
    result = commands.run("rollout", *_DRY)

    assert result.exit_code == 3
    assert "--create-roles" in result.stderr


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_exit_code_needs_a_dry_run(commands: Commands, command: str) -> None:
    result = commands.run(command, "--yes", "--exit-code")

    assert result.exit_code == 2
    assert "--exit-code needs --dry-run" in result.stderr


def _stacks(commands: Commands) -> list[Any]:
    stacks: list[Any] = commands.aws.client("cloudformation", EAST).describe_stacks()["Stacks"]
    return stacks


def _change_sets(commands: Commands) -> list[str]:
    shown = commands.aws.client("cloudformation", EAST).list_change_sets(StackName=NAME)
    return [
        one["ChangeSetName"]
        for one in shown["Summaries"]
        if not one["ExecutionStatus"].startswith("EXECUTE_")
    ]


def _review(commands: Commands) -> None:
    commands.aws.client("cloudformation", EAST).create_change_set(
        StackName=NAME,
        ChangeSetName="theirs",
        ChangeSetType="CREATE",
        TemplateBody=SMALL.read_text(),
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "ParameterValue": SUFFIX}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def test_dry_run_of_a_set_keeps_the_callers_own_open_change_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout()

    def discard_own(*_: object, **__: object) -> None:
        pytest.fail("a dry run deletes nothing that it has not created")

    monkeypatch.setattr(preview, "discard_own", discard_own)
    result = commands.run("rollout", *_DRY, "--parameter", "Message=second")

    assert result.exit_code == 4


def test_resource_to_skip_is_checked(commands: Commands) -> None:
    commands.deploy()

    result = commands.run(
        "deploy", *_DRY, "--continue-rollback", "--skip-resource", "Records", "--yes"
    )

    assert result.exit_code == 2
    assert "there is no failed rollback to continue" in result.stderr
