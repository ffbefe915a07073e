"""A second operator, who acts on the same stack between two calls of a command."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from payment_templates.commands import command_runner
from payment_templates.rollout.connection import connect
from tests.rollout.running import EAST, NAME, SMALL, Commands

CHANGE_SET = "payment-rollout-0123abcd-theirs"
PARAMETERS = [{"ParameterKey": "EnvironmentSuffix", "ParameterValue": "dev-001"}]
FOREIGN = json.dumps({"Resources": {"Orders": {"Type": "AWS::SNS::Topic"}}})
FOREIGN_WITH_SUFFIX = json.dumps(
    {
        "Parameters": {"EnvironmentSuffix": {"Type": "String"}},
        "Resources": {"Orders": {"Type": "AWS::SNS::Topic"}},
    }
)


def act_before(monkeypatch: pytest.MonkeyPatch, call: str, act: Callable[[], object]) -> None:
    """Act once, right before a command sends this call for the first time."""
    waiting = [act]

    def handle(*, event_name: str, **_: object) -> None:
        if event_name.endswith(f".{call}") and waiting:
            waiting.pop()()

    def connect_observed(profile: str | None, tell: Callable[[str], None]) -> Any:  # noqa: ANN401 - as boto3 gives it
        session = connect(profile, tell)
        # The stub accepts only handlers that return nothing of AWS's.
        untyped: Any = handle
        session.events.register("before-send", untyped)
        return session

    monkeypatch.setattr(command_runner, "connect", connect_observed)


def review(commands: Commands, name: str = NAME) -> str:
    """Create a stack in review; returns its ID."""
    created = commands.aws.client("cloudformation", EAST).create_change_set(
        StackName=name,
        ChangeSetName=CHANGE_SET,
        ChangeSetType="CREATE",
        TemplateBody=SMALL.read_text(),
        Parameters=PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return str(created["StackId"])


def discard(commands: Commands) -> None:
    """Delete the reviewed change set; the empty stack stays."""
    commands.aws.client("cloudformation", EAST).delete_change_set(
        StackName=NAME, ChangeSetName=CHANGE_SET
    )


def execute(commands: Commands) -> None:
    """Execute the reviewed change set, and wait until the stack is created."""
    commands.aws.client("cloudformation", EAST).execute_change_set(
        StackName=NAME, ChangeSetName=CHANGE_SET
    )
    wait_until(commands, "CREATE_COMPLETE")


def create(
    commands: Commands,
    name: str,
    template: Path | str,
    *,
    suffix: str = "",
    until: str = "CREATE_COMPLETE",
    **options: Any,  # noqa: ANN401 - arguments of CreateStack
) -> None:
    """Create a stack without this program, and wait for its state."""
    given = [{"ParameterKey": "EnvironmentSuffix", "ParameterValue": suffix}] if suffix else []
    commands.aws.client("cloudformation", EAST).create_stack(
        StackName=name,
        TemplateBody=template if isinstance(template, str) else template.read_text(),
        Parameters=given,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        **options,
    )
    wait_until(commands, until, name)


def delete(commands: Commands, name: str = NAME) -> None:
    """Delete a stack, and wait until it is gone."""
    commands.aws.client("cloudformation", EAST).delete_stack(StackName=name)
    end = time.monotonic() + 10
    while commands.stack(name=name) is not None:
        assert time.monotonic() < end
        time.sleep(0.02)


def allow(commands: Commands, role: str, action: str = "*") -> None:
    """Give a role an inline policy."""
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    commands.aws.client("iam", EAST).put_role_policy(
        RoleName=role,
        PolicyName="colleague",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def change_sets(commands: Commands, *, executable: bool = False) -> set[str]:
    """Return the names of the change sets of the stack, or of those that can be executed."""
    shown = commands.aws.client("cloudformation", EAST).list_change_sets(StackName=NAME)
    return {
        one["ChangeSetName"]
        for one in shown["Summaries"]
        if not executable or one["ExecutionStatus"] == "AVAILABLE"
    }


def wait_until(commands: Commands, status: str, name: str = NAME) -> None:
    """Wait for a state of a stack."""
    end = time.monotonic() + 10
    while commands.stack(name=name)["StackStatus"] != status:
        assert time.monotonic() < end
        time.sleep(0.02)
