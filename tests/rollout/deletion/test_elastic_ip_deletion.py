"""Elastic IP addresses that EC2 releases late: the deletion of their stack is retried."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from payment_templates.commands.output.json_output import JsonOutput
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack.deletion import delete_stack
from payment_templates.rollout.stack_set.definition import StackSet
from payment_templates.rollout.stack_set.deletion import SetDeletion
from payment_templates.rollout.stack_set.instances import Instance
from payment_templates.rollout.stack_set.operations.follow import OperationResult
from payment_templates.rollout.stack_set.operations.poll import Operation

if TYPE_CHECKING:
    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient

_EAST = "us-east-1"
_STACK = f"arn:aws:cloudformation:{_EAST}:123456789012:stack/payment/1"
_ADDRESS = "AWS::EC2::EIP"
_STACK_SET = StackSet(
    name="payment",
    stack_set_id="payment:1",
    description="",
    template_body="",
    parameters={},
    service_managed=False,
)
_INSTANCE = Instance(
    account="123456789012", region=_EAST, stack_id="", status="CURRENT", reason="", drift=""
)


def test_deletion_that_failed_only_at_addresses_is_retried(
    cloudformation: Stubber,
) -> None:
    _fail(cloudformation, [_ADDRESS])
    _delete(cloudformation, "DELETE_COMPLETE", [_event("payment", "DELETE_COMPLETE", 3)])

    follower = _run()

    assert follower.cause is None


def test_second_failure_at_addresses_is_reported(cloudformation: Stubber) -> None:
    _fail(cloudformation, [_ADDRESS])
    _delete(cloudformation, "DELETE_FAILED", [_event("NatAddressA", "DELETE_FAILED", 4)])

    follower = _run()

    assert follower.cause is not None
    assert "EC2 has not released" in follower.cause.hint


@pytest.mark.parametrize("others", [["AWS::EC2::VPC"], [_ADDRESS, "AWS::EC2::VPC"]])
def test_deletion_that_failed_elsewhere_is_not_retried(
    cloudformation: Stubber, others: list[str]
) -> None:
    _fail(cloudformation, others)

    follower = _run()

    assert follower.cause is not None


@pytest.mark.parametrize(("kind", "operations"), [(_ADDRESS, 2), ("AWS::EC2::VPC", 1)])
def test_deletion_of_a_set_is_retried_for_addresses(
    cloudformation: Stubber, kind: str, operations: int
) -> None:
    client = cast("CloudFormationClient", cloudformation.client)
    listed = {"Summaries": [{"Account": "123456789012", "Region": _EAST}]}
    same = {"StackSet": {"StackSetId": "payment:1"}}
    cloudformation.add_response("describe_stack_set", same)
    cloudformation.add_response("list_stack_instances", listed)
    cloudformation.add_response("describe_stack_set", same)
    for _ in range(operations):
        cloudformation.add_response("describe_stack_set", same)
        cloudformation.add_response("list_stack_instances", listed)
        cloudformation.add_response("delete_stack_instances", {"OperationId": "it"})

    failed = SetDeletion(
        client=client,
        stack_set=_STACK_SET,
        primary=_EAST,
        instances=[_INSTANCE],
        running_operation=None,
        follow=lambda _: _failed(kind),
        wait_until_idle=lambda: None,
        require_shown_data=lambda _: None,
        empty_buckets=lambda _: None,
    ).run()

    assert failed is not None
    assert failed.causes[0].resource_type == kind


def _failed(kind: str) -> OperationResult:
    cause = Cause(region=_EAST, logical_id="It", resource_type=kind, reason="not released")
    operation = Operation(
        status="FAILED", action="DELETE", created_at=datetime.now(UTC), results={}
    )
    return OperationResult(operation_id="it", operation=operation, causes=(cause,))


def _run() -> Any:  # noqa: ANN401 - the follower, whose cause is asked for
    talk, pace = JsonOutput(yes=True), Pace(shortest=0, longest=0)
    return delete_stack(boto3.Session(), _EAST, _STACK, talk, pace)


def _fail(cloudformation: Stubber, failed: list[str]) -> None:
    """Let a deletion fail at resources of these types."""
    _delete(cloudformation, "DELETE_FAILED", [_event("NatAddressA", "DELETE_FAILED", 2)])
    listed = [
        {
            "LogicalResourceId": f"R{number}",
            "ResourceType": kind,
            "ResourceStatus": "DELETE_FAILED",
            "LastUpdatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC),
        }
        for number, kind in enumerate(failed)
    ]
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": listed})


def _delete(cloudformation: Stubber, status: str, events: list[dict[str, Any]]) -> None:
    created = [_event("payment", "CREATE_COMPLETE", 1)]
    cloudformation.add_response("describe_stacks", _shown("CREATE_COMPLETE"))
    cloudformation.add_response("describe_stack_events", {"StackEvents": created})
    cloudformation.add_response("delete_stack", {})
    cloudformation.add_response("describe_stacks", _shown(status))
    cloudformation.add_response("describe_stack_events", {"StackEvents": [*events, *created]})


def _shown(status: str) -> dict[str, Any]:
    stack = {
        "StackName": "payment",
        "StackId": _STACK,
        "StackStatus": status,
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return {"Stacks": [stack]}


def _event(name: str, status: str, number: int) -> dict[str, Any]:
    return {
        "EventId": str(number),
        "StackId": _STACK,
        "StackName": "payment",
        "LogicalResourceId": name,
        "PhysicalResourceId": _STACK if name == "payment" else "1.2.3.4",
        "ResourceType": "AWS::CloudFormation::Stack" if name == "payment" else _ADDRESS,
        "ResourceStatus": status,
        "ResourceStatusReason": "You do not have permission to access the specified resource.",
        "Timestamp": datetime(2026, 1, 1, 0, 0, number, tzinfo=UTC),
    }
