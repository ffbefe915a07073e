"""Two operators at once on one stack: neither executes or deletes what the other made."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from payment_templates.commands import command_runner
from payment_templates.commands.output.terminal_output import TerminalOutput
from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect
from tests.rollout import colleague
from tests.rollout.colleague import CHANGE_SET, act_before
from tests.rollout.running import EAST, NAME, SUFFIX, Commands, changed


def test_deploy_leaves_a_stack_that_a_colleague_reviews(commands: Commands) -> None:
    stack_id = colleague.review(commands)

    result = commands.deploy()

    assert result.exit_code == 3
    assert f"the change set {CHANGE_SET} of {NAME} was created by someone else" in result.stderr
    assert commands.stack()["StackId"] == stack_id
    assert colleague.change_sets(commands) == {CHANGE_SET}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AlreadyExistsException", "Stack [x] already exists"),
        ("ValidationError", "Stack [x] already exists and cannot be created again with the change"),
        (
            "ValidationError",
            "Stack:arn:aws:x is in CREATE_IN_PROGRESS state and can not be updated.",
        ),
        ("ValidationError", "Stack [x] does not exist"),
    ],
)
def test_second_deploy_at_once_ends_with_one_line(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, code: str, message: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": message}}, "CreateChangeSet")

    session = connect(None, print)
    client = clients.cloudformation(session, EAST)
    monkeypatch.setattr(client, "create_change_set", refuse)

    def connect_once(*_: object) -> boto3.Session:
        return session

    monkeypatch.setattr(command_runner, "connect", connect_once)

    result = commands.deploy()

    error, hint, *more = result.stderr.splitlines()
    assert (result.exit_code, more) == (3, [])
    assert f"error: someone else creates, changes or deletes {NAME} at the same time" in error
    assert "hint: run the same command again" in hint


def test_second_deploy_updates_what_the_first_one_created(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create() -> None:
        colleague.review(commands)
        colleague.execute(commands)

    act_before(monkeypatch, "CreateChangeSet", create)
    first = commands.deploy("--parameter", "Message=second")
    second = commands.deploy("--parameter", "Message=second")

    assert (first.exit_code, second.exit_code) == (3, 0), first.output + second.output
    assert commands.greeting(EAST) == "second"


def test_refused_change_set_leaves_a_stack_that_a_colleague_reviews(
    commands: Commands, tmp_path: Path
) -> None:
    stack_id = colleague.review(commands)

    result = commands.deploy(template=changed(tmp_path, {"Greeting": {"Type": "AWS::No::Such"}}))

    assert result.exit_code == 1
    assert commands.stack()["StackId"] == stack_id
    assert colleague.change_sets(commands) == {CHANGE_SET}


@pytest.mark.parametrize("call", ["DeleteChangeSet", "ListChangeSets", "DeleteStack"])
def test_stack_that_a_colleague_executes_meanwhile_is_not_deleted(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    stack_id = colleague.review(commands)
    act_before(monkeypatch, call, partial(colleague.execute, commands))

    result = commands.run("deploy", "--skip-preflight")
    if CHANGE_SET in colleague.change_sets(commands, executable=True):
        # The command does not send the call at all.
        colleague.execute(commands)

    assert result.exit_code != 0
    shown = commands.stack()
    assert (shown["StackId"], shown["StackStatus"]) == (stack_id, "CREATE_COMPLETE")


def test_empty_stack_that_was_there_before_is_left(commands: Commands) -> None:
    stack_id = colleague.review(commands)
    colleague.discard(commands)

    result = commands.run("deploy", "--skip-preflight")

    assert result.exit_code == 2
    assert commands.stack()["StackId"] == stack_id


def test_change_set_that_a_colleague_creates_after_the_question_is_kept(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TerminalOutput, "agree", _agree_after(partial(colleague.review, commands)))

    result = commands.run("deploy", "--skip-preflight")

    assert result.exit_code == 3
    assert colleague.change_sets(commands) == {CHANGE_SET}
    assert commands.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_stack_that_a_colleague_creates_after_the_question_is_not_changed(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create() -> None:
        colleague.review(commands)
        colleague.execute(commands)

    monkeypatch.setattr(TerminalOutput, "agree", _agree_after(create))

    result = commands.run("deploy", "--skip-preflight", "--parameter", "Message=second")

    assert result.exit_code == 1
    assert "someone else changed the stack" in result.stderr
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_stack_that_a_colleague_repaired_meanwhile_is_not_deleted(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    colleague.create(
        commands,
        NAME,
        changed(tmp_path, {"Greeting": {"Type": "AWS::SSM::Parameter", "Properties": {}}}),
        suffix=SUFFIX,
        until="ROLLBACK_COMPLETE",
    )

    def recreate() -> None:
        colleague.delete(commands)
        colleague.review(commands)
        colleague.execute(commands)

    act_before(monkeypatch, "DeleteStack", recreate)
    result = commands.deploy("--recreate")

    assert result.exit_code == 0, result.output
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert commands.greeting("us-east-1") == "first"


def test_destroy_refuses_a_stack_that_a_colleague_reviews(commands: Commands) -> None:
    colleague.review(commands)

    result = commands.destroy()

    assert result.exit_code == 3
    assert f"the change set {CHANGE_SET} of someone else" in result.stderr
    assert colleague.change_sets(commands) == {CHANGE_SET}


def test_destroy_leaves_a_stack_that_was_created_after_the_confirmation(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy()

    def replace() -> None:
        colleague.delete(commands)
        colleague.review(commands)
        colleague.execute(commands)

    act_before(monkeypatch, "DeleteStack", replace)
    result = commands.destroy()

    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert result.exit_code == 1
    assert "resources of dev-001 are left" in result.stderr


# The same deletion at an earlier call: make faults.
@pytest.mark.parametrize(
    "call",
    [
        *(
            pytest.param(call, marks=pytest.mark.faults)
            for call in ("ListStackResources", "GetTemplate", "DescribeStackEvents")
        ),
        "DeleteStack",
    ],
)
def test_second_destroy_of_a_stack_succeeds(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    commands.deploy()
    act_before(monkeypatch, call, partial(colleague.delete, commands))

    result = commands.destroy()

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "call",
    [
        "DeleteStackInstances",
        pytest.param("DescribeStackSetOperation", marks=pytest.mark.faults),
    ],
)
def test_second_destroy_of_a_set_succeeds(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    commands.rollout()
    act_before(monkeypatch, call, commands.destroy)

    result = commands.destroy()

    assert result.exit_code == 0, result.output


def _agree_after(act: Callable[[], object]) -> Callable[..., bool]:
    def agree(*_: object, **__: object) -> bool:
        act()
        return True

    return agree
