"""A run that does not execute its change set leaves nothing behind, or names what it leaves."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from payment_templates.commands import command_runner
from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect
from payment_templates.rollout.ownership import CHANGE_SET_PREFIX
from tests.rollout import colleague
from tests.rollout.faults import Fault, FaultPlan, break_connections
from tests.rollout.running import EAST, NAME, Commands

_SECOND = ("--parameter", "Message=second")
# What a deployment calls between the creation of its change set and its execution.
_CALLS = (
    *("DescribeChangeSet", "DescribeEvents", "ListChangeSets", "DescribeStackEvents"),
    "ExecuteChangeSet",
)


@pytest.mark.parametrize("call", [one for one in _CALLS if one != "DescribeEvents"])
def test_denied_call_leaves_no_stack(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults_at_first={call: Fault.DENIED}))
        result = commands.deploy()

    assert result.exit_code == 1
    assert f"error: {call}: User: me is not authorized" in result.stderr
    assert "left behind" not in result.output
    assert commands.stack() is None


@pytest.mark.parametrize("call", [one for one in _CALLS if one != "DescribeEvents"])
def test_denied_call_leaves_no_change_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    commands.deploy()

    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults_at_first={call: Fault.DENIED}))
        result = commands.deploy(*_SECOND)

    assert result.exit_code == 1
    assert colleague.change_sets(commands, executable=True) == set()
    assert commands.greeting(EAST) == "first"


@pytest.mark.parametrize("call", _CALLS)
def test_expired_credentials_name_what_is_left(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    plan = FaultPlan(faults_at_first={call: Fault.EXPIRED}, then=Fault.EXPIRED)
    with monkeypatch.context() as bad:
        break_connections(bad, plan)
        result = commands.deploy()

    (left,) = colleague.change_sets(commands)
    assert "error: the credentials have expired" in result.stderr
    assert f"may be left behind: the change set {left} of {NAME}" in result.stderr
    if call != "ExecuteChangeSet":
        assert f"may be left behind: the empty stack {NAME} in {EAST}" in result.stderr


def test_stack_that_may_be_in_use_is_named_and_kept(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = FaultPlan(faults_at_every={"ListChangeSets": Fault.DENIED})
    break_connections(monkeypatch, plan)

    result = commands.deploy()

    assert "error: ListChangeSets: User: me is not authorized" in result.stderr
    assert f"may be left behind: the empty stack {NAME} in {EAST}" in result.stderr
    assert "may be left behind: the change set" not in result.stderr
    assert colleague.change_sets(commands) == set()
    assert "DeleteStack" not in plan.calls


def test_next_run_deletes_what_was_left(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = FaultPlan(faults_at_first={"DescribeChangeSet": Fault.EXPIRED}, then=Fault.EXPIRED)
    with monkeypatch.context() as bad:
        break_connections(bad, plan)
        commands.deploy()

    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert commands.stack() is None


def test_denied_creation_is_not_cleaned_up(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = FaultPlan(faults_at_first={"CreateChangeSet": Fault.DENIED})
    break_connections(monkeypatch, plan)

    result = commands.deploy()

    assert result.exit_code == 1
    assert "left behind" not in result.output
    assert not {"DeleteChangeSet", "DeleteStack"} & {*plan.calls}


def test_creation_that_is_denied_leaves_the_empty_stack_of_a_colleague(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = connect(None, print)

    def deny(*_: object, **__: object) -> None:
        colleague.review(commands)
        colleague.discard(commands)
        answer = {"HTTPStatusCode": 403, "RetryAttempts": 0}
        code = {"Code": "AccessDenied", "Message": "denied"}
        # The stub requires metadata that no one reads.
        response: Any = {"Error": code, "ResponseMetadata": answer}
        raise ClientError(response, "CreateChangeSet")

    def connect_once(*_: object) -> boto3.Session:
        return session

    monkeypatch.setattr(clients.cloudformation(session, EAST), "create_change_set", deny)
    monkeypatch.setattr(command_runner, "connect", connect_once)

    commands.deploy()

    assert commands.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_change_set_that_may_run_is_named_and_kept(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = FaultPlan(faults_at_first={"ExecuteChangeSet": Fault.INTERRUPTED})
    with monkeypatch.context() as bad:
        break_connections(bad, plan)
        result = commands.deploy()

    (kept,) = colleague.change_sets(commands)
    assert result.exit_code == 130
    assert (
        f"may be left behind: the change set {kept} of {NAME} in {EAST}, unless CloudFormation is "
        "executing it (interrupted)"
    ) in result.stderr
    assert not {"DeleteChangeSet", "DeleteStack"} & {*plan.calls}


def test_internal_error_leaves_no_stack(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("payment_templates.rollout.stack.proposal.notices", fail)

    result = commands.deploy()

    assert result.exit_code == 1
    assert "internal error" in result.stderr
    assert commands.stack() is None


def test_dry_run_that_may_not_delete_its_change_set_fails_and_names_it(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_connections(monkeypatch, FaultPlan(faults_at_first={"DeleteChangeSet": Fault.DENIED}))

    result = commands.run("deploy", "--dry-run", "--skip-preflight")

    assert result.exit_code == 1
    assert f"may be left behind: the change set {CHANGE_SET_PREFIX}" in result.stderr
    assert f"may be left behind: the empty stack {NAME}" in result.stderr


@pytest.mark.parametrize("fault", [Fault.DENIED, Fault.EXPIRED])
def test_preview_of_a_set_names_the_change_set_that_it_cannot_delete(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    commands.rollout("--region", EAST)
    break_connections(monkeypatch, FaultPlan(faults_at_first={"DeleteChangeSet": fault}))

    result = commands.rollout("--region", EAST, *_SECOND)

    assert result.exit_code != 0
    assert f":changeSet/{CHANGE_SET_PREFIX}" in result.stderr
    assert "may be left behind: the change set arn:aws:cloudformation" in result.stderr
