"""Sets with stacks in other accounts than the caller's."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.commands import command_runner
from payment_templates.rollout.connection import connect
from payment_templates.rollout.stack_set.chosen_roles import EXECUTION
from tests.rollout.running import EAST, NAME, PROTECTED, WEST, Commands, changed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from boto3 import Session
    from botocore.model import OperationModel

_UNIT = ("--organizational-unit", "ou-ab12-cdef3456")
_ACCOUNTS = count(500000000000)


@pytest.fixture
def neighbour(commands: Commands) -> Commands:
    """Another account, which trusts the caller's account."""
    other = replace(commands.aws, account=str(next(_ACCOUNTS)))
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{commands.aws.account}:root"},
        "Action": "sts:AssumeRole",
    }
    other.client("iam", EAST).create_role(
        RoleName=EXECUTION,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    return Commands(aws=other)


@pytest.fixture
def both(commands: Commands, neighbour: Commands) -> tuple[str, ...]:
    """The account options of a set in both accounts and regions."""
    options = ("--account", commands.aws.account, "--account", neighbour.aws.account)
    result = commands.rollout(*options)
    assert result.exit_code == 0, result.output
    return options


def test_stacks_of_another_account_do_not_change_unseen(
    commands: Commands, neighbour: Commands, both: tuple[str, ...]
) -> None:
    result = commands.rollout(*both, "--parameter", "Message=second")

    assert result.exit_code == 3
    assert f"{neighbour.aws.account}/{EAST}, {neighbour.aws.account}/{WEST}" in result.stderr
    assert "--unseen" in result.stderr
    assert (commands.greeting(EAST), neighbour.greeting(EAST)) == ("first", "first")


def test_stacks_of_another_account_change_unseen_when_that_is_accepted(
    commands: Commands, neighbour: Commands, both: tuple[str, ...]
) -> None:
    result = commands.rollout(*both, "--unseen", "--parameter", "Message=second")

    assert result.exit_code == 0, result.output
    assert (neighbour.greeting(EAST), neighbour.greeting(WEST)) == ("second", "second")


def test_termination_protection_of_another_account_has_a_command(
    commands: Commands, neighbour: Commands
) -> None:
    result = commands.rollout("--account", neighbour.aws.account, template=PROTECTED)

    assert result.exit_code == 0, result.output
    assert f"with credentials of {neighbour.aws.account}: aws cloudformation" in result.output
    assert neighbour.protection(WEST) == "true"


def test_loss_in_another_account_is_found_in_the_templates(
    commands: Commands, neighbour: Commands, tmp_path: Path
) -> None:
    only = ("--account", neighbour.aws.account)
    commands.rollout(*only)
    without_records = changed(tmp_path, {"Records": None, "Person": None})

    result = commands.rollout(*only, "--unseen", template=without_records)

    assert result.exit_code == 3
    assert "--allow-replacement Records" in result.stderr


def test_override_of_a_region_keeps_other_overrides_of_each_account(
    commands: Commands, neighbour: Commands, tmp_path: Path
) -> None:
    options = ("--account", commands.aws.account, "--account", neighbour.aws.account)
    template = _template_that_shows_the_password(tmp_path)
    commands.rollout(*options, template=template)
    client = commands.aws.client("cloudformation", EAST)
    operation = client.update_stack_instances(
        StackSetName=NAME,
        Accounts=[neighbour.aws.account],
        Regions=[WEST],
        ParameterOverrides=[{"ParameterKey": "DBMasterPassword", "ParameterValue": "its-own"}],
    )
    _wait(commands, operation["OperationId"])

    result = commands.rollout(
        *options, "--unseen", "--override", f"{WEST}:Message=west", template=template
    )

    assert result.exit_code == 0, result.output
    assert (commands.greeting(WEST), neighbour.greeting(WEST)) == ("west:", "west:its-own")


def test_new_account_gets_a_region_where_another_has_a_stack_of_deploy(
    commands: Commands, neighbour: Commands
) -> None:
    commands.deploy()

    document = commands.document(
        "rollout", "--yes", "--create-roles", "--account", neighbour.aws.account
    )

    assert document["exit_code"] == 0, document
    assert document["outside_the_set"] == []
    assert (neighbour.greeting(EAST), neighbour.greeting(WEST)) == ("first", "first")


def test_problem_in_the_own_account_does_not_block_another(
    commands: Commands, neighbour: Commands
) -> None:
    logs = commands.aws.client("logs", WEST)
    logs.create_log_group(logGroupName="payment-records-dev-001")

    result = commands.rollout("--account", neighbour.aws.account, preflight=True)

    assert result.exit_code == 0, result.output
    assert f"it can only check account {commands.aws.account}" in result.output


def test_stack_of_deploy_affects_only_its_own_account(
    commands: Commands, neighbour: Commands
) -> None:
    commands.deploy()

    commands.rollout("--account", commands.aws.account, "--account", neighbour.aws.account)

    instances = commands.document("status")["instances"]
    places = {(one["account"], one["region"]) for one in instances}
    assert places == {
        (neighbour.aws.account, EAST),
        (commands.aws.account, WEST),
        (neighbour.aws.account, WEST),
    }


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--account", "12345", "twelve digits"),
        ("--organizational-unit", "ou-AB12-cdef3456", "ou-ab12-cdef3456"),
    ],
)
def test_invalid_target_is_a_usage_error_before_any_change(
    commands: Commands, option: str, value: str, hint: str
) -> None:
    result = commands.rollout(option, value)

    assert result.exit_code == 2
    assert value in result.stderr
    assert hint in result.stderr
    assert commands.stack(name="payment-stack-set-roles") is None


def _template_that_shows_the_password(tmp_path: Path) -> Path:
    greeting = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Type": "String",
            "Name": {"Fn::Sub": "/payment/${EnvironmentSuffix}/greeting"},
            "Value": {"Fn::Sub": "${Message}:${DBMasterPassword}"},
        },
    }
    return changed(tmp_path, {"Greeting": greeting})


def _wait(commands: Commands, operation_id: str) -> None:
    client = commands.aws.client("cloudformation", EAST)
    status = "RUNNING"
    while status == "RUNNING":
        shown = client.describe_stack_set_operation(StackSetName=NAME, OperationId=operation_id)
        status = shown["StackSetOperation"].get("Status", "")
    assert status == "SUCCEEDED"


def test_delegated_administrator_is_named_in_every_call_on_the_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, set[str | None]] = {}

    def note(params: dict[str, Any], model: OperationModel, **_: object) -> None:
        if model.input_shape is not None and "CallAs" in model.input_shape.members:
            given.setdefault(model.name, set()).add(params.get("CallAs"))

    def connect_with_note(profile: str | None, tell: Callable[[str], None]) -> Session:
        session = connect(profile, tell)
        session.events.register("before-parameter-build.cloudformation", note)
        return session

    monkeypatch.setattr(command_runner, "connect", connect_with_note)
    result = commands.rollout(*_UNIT, "--call-as", "DELEGATED_ADMIN")

    assert result.exit_code == 0, result.output
    assert {"CreateStackSet", "CreateStackInstances", "DescribeStackSet"} <= given.keys()
    # The set is also searched as the account itself, which may have one of the same name.
    assert given.pop("DescribeStackSet") == {"DELEGATED_ADMIN", "SELF"}
    assert set().union(*given.values()) == {"DELEGATED_ADMIN"}


def test_delegated_administrator_has_no_sets_of_accounts(commands: Commands) -> None:
    result = commands.rollout("--call-as", "DELEGATED_ADMIN")

    assert result.exit_code == 2
    assert "needs --organizational-unit" in result.stderr
