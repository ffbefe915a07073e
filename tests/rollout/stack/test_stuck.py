"""Stuck states: reported with the next step, and left only on request."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import botocore.session
import pytest

from payment_templates.rollout import stack_overview
from payment_templates.rollout.connection import connect
from payment_templates.rollout.identity import owner_id
from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack import deploy
from payment_templates.rollout.stack.change_set_deletion import discard_own
from payment_templates.rollout.stack_set.operations.poll import ENDED
from payment_templates.rollout.stack_set.operations.running import RUNNING
from payment_templates.rollout.stack_states import (
    KINDS,
    STUCK,
    Kind,
    NextStep,
    StackState,
    find_stack,
    next_step,
)
from tests.rollout.running import EAST, NAME, SMALL, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient


_CHANGE_SET = f"arn:aws:cloudformation:{EAST}:123456789012:changeSet/payment-rollout-me-1/1"
_PARAMETERS = [{"ParameterKey": "EnvironmentSuffix", "ParameterValue": "dev-001"}]


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("REVIEW_IN_PROGRESS", NextStep.CREATE),
        ("DELETE_COMPLETE", NextStep.CREATE),
        ("CREATE_IN_PROGRESS", NextStep.WAIT),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", NextStep.WAIT),
        ("UPDATE_ROLLBACK_COMPLETE", NextStep.UPDATE),
        ("IMPORT_COMPLETE", NextStep.UPDATE),
        ("ROLLBACK_COMPLETE", NextStep.RECREATE),
        ("ROLLBACK_FAILED", NextStep.RECREATE),
        ("DELETE_FAILED", NextStep.RECREATE),
        ("UPDATE_ROLLBACK_FAILED", NextStep.CONTINUE_ROLLBACK),
        ("UPDATE_FAILED", NextStep.CONTINUE_ROLLBACK),
        ("IMPORT_ROLLBACK_FAILED", NextStep.REFUSE),
        ("SOMETHING_NEW", NextStep.REFUSE),
        ("SOMETHING_NEW_IN_PROGRESS", NextStep.WAIT),
    ],
)
def test_every_state_has_a_next_step(status: str, step: NextStep) -> None:
    assert next_step(_state(status)) is step


def test_every_status_of_the_api_has_a_kind() -> None:
    assert _values_of("StackStatus") == KINDS.keys()
    assert {status for status, kind in KINDS.items() if kind is Kind.STUCK} == STUCK.keys()


def test_every_operation_status_of_the_api_is_running_or_ended() -> None:
    assert _values_of("StackSetOperationStatus") == RUNNING | ENDED
    assert not RUNNING & ENDED


def test_failed_rollback_of_an_import_is_a_problem(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy()

    def find_failed(client: CloudFormationClient, name: str) -> StackState | None:
        found = find_stack(client, name)
        return found and replace(found, status="IMPORT_ROLLBACK_FAILED")

    monkeypatch.setattr(stack_overview, "find_stack", find_failed)
    monkeypatch.setattr(deploy, "find_stack", find_failed)
    status = commands.document("status")
    again = commands.deploy()

    assert "repair it in the CloudFormation console" in status["stacks"][0]["problem"]
    assert again.exit_code == 3
    assert "IMPORT_ROLLBACK_FAILED" in again.stderr
    assert "up to date" not in again.output


@pytest.mark.parametrize("status", STUCK)
def test_stuck_state_is_not_succeeded(status: str) -> None:
    assert not _state(status).succeeded


def test_empty_stack_of_an_interrupted_run_is_used(commands: Commands) -> None:
    left_behind = _change_set(commands, f"payment-rollout-{_own_id()}-left-behind")

    result = commands.deploy()

    assert result.exit_code == 0, result.output
    assert left_behind not in _change_sets(commands)


def test_change_set_of_a_colleague_is_kept(commands: Commands) -> None:
    theirs = _change_set(commands, "payment-rollout-0123abcd-theirs")

    result = commands.deploy()

    assert f"change set {theirs} was created by someone else" in result.output
    assert theirs in _change_sets(commands)


def test_change_set_in_creation_is_deleted_once_complete(cloudformation: Stubber) -> None:
    client = cast("CloudFormationClient", cloudformation.client)
    summary = {"ChangeSetName": "payment-rollout-me-1", "ChangeSetId": _CHANGE_SET}
    cloudformation.add_response("list_change_sets", {"Summaries": [summary]})
    cloudformation.add_client_error("delete_change_set", "InvalidChangeSetStatus")
    cloudformation.add_response("delete_change_set", {}, {"ChangeSetName": _CHANGE_SET})

    others = discard_own(client, NAME, Pace(shortest=0, longest=0), owner="me")

    assert others == ()


def test_failed_change_set_leaves_no_empty_stack(commands: Commands, tmp_path: Path) -> None:
    refused = changed(tmp_path, {"Greeting": {"Type": "AWS::No::Such"}})

    result = commands.deploy(template=refused)

    assert result.exit_code == 1
    assert commands.stack() is None


def test_failed_update_is_rolled_back_on_request(commands: Commands, tmp_path: Path) -> None:
    _fail_update(commands, tmp_path, DisableRollback=True)

    refused = commands.deploy()
    asked = commands.deploy("--continue-rollback", "--parameter", "Message=third")

    assert refused.exit_code == 1
    assert "use --continue-rollback" in refused.stderr
    assert "why: Records (Logs::LogGroup) in us-east-1" in refused.stdout
    assert asked.exit_code == 0, asked.output
    assert commands.greeting(EAST) == "third"


def test_stack_that_does_not_exist_is_none(commands: Commands) -> None:
    client = cast("CloudFormationClient", commands.aws.client("cloudformation", EAST))

    assert find_stack(client, NAME) is None


def _state(status: str) -> StackState:
    return StackState(
        name=NAME, stack_id="", status=status, reason="", parameters={}, tags={}, outputs={}
    )


def _own_id() -> str:
    return owner_id(connect(None, print), EAST)


def _change_set(commands: Commands, name: str) -> str:
    commands.aws.client("cloudformation", EAST).create_change_set(
        StackName=NAME,
        ChangeSetName=name,
        ChangeSetType="CREATE",
        TemplateBody=SMALL.read_text(),
        Parameters=_PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return name


def _change_sets(commands: Commands) -> set[str]:
    shown = commands.aws.client("cloudformation", EAST).list_change_sets(StackName=NAME)
    return {one["ChangeSetName"] for one in shown["Summaries"]}


def _fail_update(commands: Commands, tmp_path: Path, **options: bool) -> None:
    commands.deploy()
    client = commands.aws.client("cloudformation", EAST)
    records = json.loads(SMALL.read_text())["Resources"]["Records"]
    records["Properties"]["RetentionInDay"] = 1
    client.update_stack(
        StackName=NAME,
        TemplateBody=changed(tmp_path, {"Records": records}).read_text(),
        Parameters=_PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        **options,
    )
    _wait_until_settled(commands)


def _wait_until_settled(commands: Commands) -> None:
    """Wait until nothing is running on the stack."""
    end = time.monotonic() + 10
    while commands.stack()["StackStatus"].endswith("_IN_PROGRESS"):
        assert time.monotonic() < end
        time.sleep(0.02)


def _values_of(shape: str) -> set[str]:
    api = botocore.session.get_session().get_service_model("cloudformation")
    # The stubs know no shape with values.
    found: Any = api.shape_for(shape)
    return set(found.enum)
