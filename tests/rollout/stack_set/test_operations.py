"""Operations of other users on the same set, and eventually consistent lists."""

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rollout.clients import cloudformation
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack_set.operations.running import running_operation, start
from tests.rollout.running import EAST, NAME

_BUSY = ClientError({"Error": {"Code": "OperationInProgressException"}}, "CreateStackInstances")
_TOPIC = '{"Resources": {"It": {"Type": "AWS::SNS::Topic"}}}'


class _Race:
    """Another user starts an operation first, the given number of times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def call(self, operation_id: str) -> str:
        if self.left:
            self.left -= 1
            raise _BUSY
        return operation_id

    def wait_until_idle(self) -> None:
        """Return at once: the list does not show the other operations yet."""


def _short_pace() -> Pace:
    return Pace(shortest=0.001, longest=0.001)


def test_operation_starts_after_many_operations_of_others(aws: EmbeddedAws) -> None:
    client = aws.client("cloudformation", EAST)
    client.create_stack_set(StackSetName=NAME, TemplateBody=_TOPIC)
    race = _Race(10)

    assert start(client, NAME, race.call, race.wait_until_idle, _short_pace()).startswith(
        "payment-rollout-"
    )


def test_start_fails_after_too_many_operations_of_others(aws: EmbeddedAws) -> None:
    client = aws.client("cloudformation", EAST)
    client.create_stack_set(StackSetName=NAME, TemplateBody=_TOPIC)
    race = _Race(1000)

    with pytest.raises(RolloutError, match="coordinate with them"):
        start(client, NAME, race.call, race.wait_until_idle, _short_pace())


def test_ended_operation_is_not_running_even_if_listed() -> None:
    client = cloudformation(boto3.Session(), EAST)
    with Stubber(client) as answers:
        answers.add_response(
            "list_stack_set_operations", {"Summaries": [{"OperationId": "a", "Status": "RUNNING"}]}
        )
        answers.add_response(
            "describe_stack_set_operation", {"StackSetOperation": {"Status": "SUCCEEDED"}}
        )

        assert running_operation(client, NAME) is None


def test_running_operation_is_found_behind_queued_ones() -> None:
    client = cloudformation(boto3.Session(), EAST)
    with Stubber(client) as answers:
        answers.add_response(
            "list_stack_set_operations",
            {"Summaries": [{"OperationId": "b", "Status": "QUEUED"}], "NextToken": "1"},
        )
        answers.add_response(
            "list_stack_set_operations", {"Summaries": [{"OperationId": "a", "Status": "RUNNING"}]}
        )
        answers.add_response(
            "describe_stack_set_operation", {"StackSetOperation": {"Status": "RUNNING"}}
        )

        assert running_operation(client, NAME) == "a"
