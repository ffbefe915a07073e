"""Stuck states: named, with the way out, and never left without being asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from payment_templates.rollout.stack.states import STUCK, StackState, Way, find_stack, way_on
from tests.rollout.running import EAST, NAME, SMALL, Commands

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@pytest.mark.parametrize(
    ("status", "way"),
    [
        ("REVIEW_IN_PROGRESS", Way.CREATE),
        ("DELETE_COMPLETE", Way.CREATE),
        ("CREATE_IN_PROGRESS", Way.WAIT),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Way.WAIT),
        ("UPDATE_ROLLBACK_COMPLETE", Way.UPDATE),
        ("IMPORT_COMPLETE", Way.UPDATE),
        ("ROLLBACK_COMPLETE", Way.RECREATE),
        ("ROLLBACK_FAILED", Way.RECREATE),
        ("DELETE_FAILED", Way.RECREATE),
        ("UPDATE_ROLLBACK_FAILED", Way.CONTINUE_ROLLBACK),
        ("UPDATE_FAILED", Way.CONTINUE_ROLLBACK),
    ],
)
def test_every_state_has_its_way_on(status: str, way: Way) -> None:
    assert way_on(_state(status)) is way


@pytest.mark.parametrize("status", STUCK)
def test_stuck_state_is_no_success(status: str) -> None:
    assert not _state(status).succeeded


def test_empty_stack_of_an_interrupted_run_is_taken_over(commands: Commands) -> None:
    client = commands.aws.client("cloudformation", EAST)
    client.create_change_set(
        StackName=NAME,
        ChangeSetName="payment-rollout-left-behind",
        ChangeSetType="CREATE",
        TemplateBody=SMALL.read_text(),
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "ParameterValue": "dev-001"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    result = commands.deploy()

    assert result.exit_code == 0, result.output
    left = {one["ChangeSetName"] for one in client.list_change_sets(StackName=NAME)["Summaries"]}
    assert "payment-rollout-left-behind" not in left


def test_stack_that_does_not_exist_is_none(commands: Commands) -> None:
    client = cast("CloudFormationClient", commands.aws.client("cloudformation", EAST))

    assert find_stack(client, NAME) is None


def _state(status: str) -> StackState:
    return StackState(
        name=NAME, stack_id="", status=status, reason="", parameters={}, tags={}, outputs={}
    )
