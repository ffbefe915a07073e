"""A deletion while the creation is still running."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from payment_templates.commands.output.json_output import JsonOutput
from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack.deletion import delete_stack
from payment_templates.rollout.stack_set.operations.running import stop_creation
from tests.rollout.running import EAST, NAME, SMALL, SUFFIX, Commands

if TYPE_CHECKING:
    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rehearsal import EmbeddedAws

_CREATED = "CREATE_COMPLETE"
_STACK_ID = f"arn:aws:cloudformation:{EAST}:123456789012:stack/{NAME}/1"


# Created one after the other: longer than destroy needs until it deletes, on a busy machine too.
_RESOURCES = 60


@pytest.mark.parametrize("slow_aws", [0.2], indirect=True)
def test_destroy_stops_a_running_creation(slow_aws: EmbeddedAws) -> None:
    commands = Commands(aws=slow_aws)
    stack_id = _start_creation(commands)

    result = commands.run("destroy", "--region", EAST, "--confirm", SUFFIX)

    assert result.exit_code == 0, result.output
    assert "is being created: destroy stops the creation" in result.stdout
    assert "following the operation" not in result.stdout
    assert f"nothing is left in {EAST}" in result.stdout
    created = {name for name, status in _statuses(commands, stack_id) if status == _CREATED}
    assert len(created) < _RESOURCES


def test_refused_deletion_waits_for_the_creation(cloudformation: Stubber) -> None:
    refused = "Stack cannot be deleted while in status CREATE_IN_PROGRESS"
    _stub_state(cloudformation, "CREATE_IN_PROGRESS")
    _stub_events(cloudformation)
    cloudformation.add_client_error("delete_stack", "ValidationError", refused)
    _stub_state(cloudformation, "CREATE_COMPLETE")
    _stub_events(cloudformation, "CREATE_COMPLETE")
    _stub_events(cloudformation, "CREATE_COMPLETE")
    cloudformation.add_response("delete_stack", {})
    _stub_state(cloudformation, "DELETE_COMPLETE")
    _stub_events(cloudformation, "CREATE_COMPLETE")
    output = JsonOutput(yes=True)

    follower = delete_stack(
        boto3.Session(), EAST, _STACK_ID, output, Pace(shortest=0, longest=0), stop_creation=True
    )

    assert follower.cause is None
    assert output.messages == [f"{NAME} in {EAST} is CREATE_IN_PROGRESS: following the operation"]


@pytest.mark.parametrize(("action", "stopped"), [("CREATE", True), ("DELETE", False)])
def test_only_an_operation_that_creates_is_stopped(
    cloudformation: Stubber, action: str, *, stopped: bool
) -> None:
    operation: Any = {"Action": action, "Status": "RUNNING"}
    cloudformation.add_response("describe_stack_set_operation", {"StackSetOperation": operation})
    if stopped:
        cloudformation.add_response(
            "stop_stack_set_operation", {}, {"StackSetName": NAME, "OperationId": "theirs"}
        )

    stop_creation(cast("CloudFormationClient", cloudformation.client), NAME, "theirs")


@pytest.mark.parametrize("code", ["OperationNotFoundException", "InvalidOperationException"])
def test_operation_that_has_ended_need_not_be_stopped(cloudformation: Stubber, code: str) -> None:
    operation: Any = {"Action": "CREATE", "Status": "RUNNING"}
    cloudformation.add_response("describe_stack_set_operation", {"StackSetOperation": operation})
    cloudformation.add_client_error("stop_stack_set_operation", code)

    stop_creation(cast("CloudFormationClient", cloudformation.client), NAME, "theirs")


def _start_creation(commands: Commands) -> str:
    small = json.loads(SMALL.read_text())
    greeting = small["Resources"]["Greeting"]
    template = {
        "Description": small["Description"],
        "Parameters": small["Parameters"],
        "Resources": {
            f"Greeting{number}": {
                **greeting,
                "Properties": {
                    **greeting["Properties"],
                    "Name": {"Fn::Sub": f"/payment/${{EnvironmentSuffix}}/{number}"},
                },
            }
            for number in range(_RESOURCES)
        },
    }
    answer = commands.aws.client("cloudformation", EAST).create_stack(
        StackName=NAME,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "ParameterValue": SUFFIX}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return str(answer["StackId"])


def _statuses(commands: Commands, stack_id: str) -> set[tuple[str, str]]:
    client = commands.aws.client("cloudformation", EAST)
    events = client.describe_stack_events(StackName=stack_id)["StackEvents"]
    return {(event["LogicalResourceId"], event["ResourceStatus"]) for event in events}


def _stub_state(cloudformation: Stubber, status: str) -> None:
    stack = {
        "StackName": NAME,
        "StackId": _STACK_ID,
        "StackStatus": status,
        "CreationTime": "2026-01-01T00:00:00Z",
    }
    cloudformation.add_response("describe_stacks", {"Stacks": [stack]})


def _stub_events(cloudformation: Stubber, *statuses: str) -> None:
    events = [
        {
            "EventId": status,
            "StackId": _STACK_ID,
            "StackName": NAME,
            "LogicalResourceId": NAME,
            "PhysicalResourceId": _STACK_ID,
            "ResourceType": "AWS::CloudFormation::Stack",
            "ResourceStatus": status,
            "Timestamp": "2026-01-01T00:00:00Z",
        }
        for status in statuses
    ]
    cloudformation.add_response("describe_stack_events", {"StackEvents": events})
