"""A rollout whose first creation failed: without the cause, the same command succeeds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.preflight.finding import Verdict
from payment_templates.rollout.preflight.stuck_stack import check_stuck, has_resources
from payment_templates.rollout.stack_set.instances import Instance
from payment_templates.rollout.stack_set.stuck_stacks import require_recovered
from payment_templates.rollout.stack_states import StackState
from tests.rollout.colleague import PARAMETERS, act_before
from tests.rollout.running import EAST, FAILING, NAME, PROTECTED, SMALL, WEST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

_GROUP = "payment-records-dev-001"
_STACK = f"arn:aws:cloudformation:{WEST}:123456789012:stack/StackSet-{NAME}-1/1"
_COMMAND = f"--stack-name {_STACK} --region {WEST}, then run the same command again"


@pytest.mark.parametrize("region", [EAST, WEST])
def test_rollout_that_failed_succeeds_with_the_same_command(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    failed = _fail_in(commands, monkeypatch, region)
    before = _status(commands, region)

    again = commands.rollout(preflight=True)

    assert (failed.exit_code, before) == (1, "ROLLBACK_COMPLETE"), failed.output
    assert again.exit_code == 0, again.output
    assert [commands.greeting(one) for one in (EAST, WEST)] == ["first", "first"]


def test_dry_run_and_preflight_accept_the_failed_stack(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_in(commands, monkeypatch, EAST)

    dry_run = commands.run("rollout", "--dry-run", "--exit-code")
    preflight = commands.document("preflight")

    assert dry_run.exit_code == 4, dry_run.output
    (found,) = [one for one in preflight["findings"] if "ROLLBACK_COMPLETE" in one["what"]]
    assert found["what"].endswith("its creation failed, and StackSets create it again")
    assert (found["verdict"], preflight["exit_code"]) == ("fine", 0)


def test_retry_is_refused_while_a_name_is_still_taken(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_in(commands, monkeypatch, EAST)
    commands.aws.client("logs", EAST).create_log_group(logGroupName=_GROUP)

    again = commands.rollout(preflight=True)

    assert again.exit_code == 3
    assert f"Logs::LogGroup {_GROUP} already exists" in again.stderr


@pytest.mark.parametrize("preflight", [True, False])
def test_failed_update_of_a_stack_of_the_set_has_a_command(
    commands: Commands, tmp_path: Path, *, preflight: bool
) -> None:
    commands.rollout()
    stack_id = _fail_update(commands, tmp_path)

    refused = commands.rollout("--parameter", "Message=second", preflight=preflight)
    client = commands.aws.client("cloudformation", WEST)
    client.rollback_stack(StackName=stack_id)
    _wait_until(commands, "UPDATE_ROLLBACK_COMPLETE")
    again = commands.rollout("--parameter", "Message=second", preflight=preflight)

    assert refused.exit_code == 3
    command = f"run aws cloudformation rollback-stack --stack-name {stack_id} --region {WEST}"
    assert command in refused.stderr
    assert "deploy --" not in refused.stderr
    assert again.exit_code == 0, again.output
    assert commands.greeting(WEST) == "second"


@pytest.mark.parametrize(
    ("status", "remediation"),
    [
        (
            "UPDATE_ROLLBACK_FAILED",
            f"remove the cause, run aws cloudformation continue-update-rollback {_COMMAND}",
        ),
        ("UPDATE_FAILED", f"run aws cloudformation rollback-stack {_COMMAND}"),
        (
            "DELETE_FAILED",
            (
                "remove the instance with aws cloudformation delete-stack-instances "
                f"--retain-stacks, run aws cloudformation delete-stack {_COMMAND}"
            ),
        ),
        ("IMPORT_ROLLBACK_FAILED", "repair the stack first, then run the same command again"),
    ],
)
def test_stuck_stack_of_a_set_is_refused_with_what_recovers_it(
    status: str, remediation: str
) -> None:
    instance = Instance(
        account="123456789012",
        region=WEST,
        stack_id=_STACK,
        status="OUTDATED",
        reason="",
        drift="",
    )
    state = _state(status)

    (found,) = check_stuck(WEST, state, of_set=True)

    assert (found.verdict, found.remediation) == (Verdict.REFUSED, remediation)
    with pytest.raises(RolloutError) as caught:
        require_recovered({instance: state})
    assert caught.value.hint == remediation


@pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "CREATE_FAILED"])
def test_resources_of_a_failed_creation_are_a_warning(status: str) -> None:
    state = _state(status, reason="failed to delete: [Logs]")

    (found,) = check_stuck(WEST, state, of_set=True)

    assert found.verdict is Verdict.WARNING
    assert "(failed to delete: [Logs]): StackSets delete it and create it again" in found.what
    # Its own names are not taken by someone else.
    assert has_resources(state)


def test_failed_stack_of_deploy_is_recovered_with_deploy() -> None:
    (found,) = check_stuck(WEST, _state("ROLLBACK_COMPLETE"), of_set=False)

    assert (found.verdict, found.remediation) == (Verdict.REFUSED, "use deploy --recreate")


def test_failed_template_is_corrected_by_the_next_rollout(
    commands: Commands, tmp_path: Path
) -> None:
    failed = commands.rollout(template=changed(tmp_path, {"Wrong": FAILING}))

    again = commands.rollout(preflight=True)

    assert failed.exit_code == 1, failed.output
    assert again.exit_code == 0, again.output
    assert [commands.greeting(one) for one in (EAST, WEST)] == ["first", "first"]


def test_retry_is_a_creation_as_stack_sets_document_it(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_in(commands, monkeypatch, EAST)

    document = commands.document("rollout", "--yes")

    assert [one["action"] for one in document["operations"]] == ["CREATE"]


@pytest.mark.parametrize("options", [(), ("--override", f"{WEST}:Message=west")])
def test_retry_keeps_the_overrides_and_protects_afterwards(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    given = ("--override", f"{WEST}:Message=west")
    _fail_in(commands, monkeypatch, WEST, *given, template=PROTECTED)

    again = commands.rollout(*options, template=PROTECTED, preflight=True)

    assert again.exit_code == 0, again.output
    assert f"plan: create stacks in {WEST} without deletion protection" in again.output
    assert (commands.greeting(WEST), commands.protection(WEST)) == ("west", "true")
    assert (commands.greeting(EAST), commands.protection(EAST)) == ("first", "true")


def test_retry_corrects_an_override(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_in(commands, monkeypatch, WEST, "--override", f"{WEST}:Message=west")

    again = commands.rollout("--override", f"{WEST}:Message=farwest", preflight=True)

    assert again.exit_code == 0, again.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("first", "farwest")


def _fail_in(
    commands: Commands,
    monkeypatch: pytest.MonkeyPatch,
    region: str,
    *options: str,
    template: Path = SMALL,
) -> Result:
    """Roll out while a name is taken after the preflight, and free again at the end."""
    logs = commands.aws.client("logs", region)

    def take() -> None:
        logs.create_log_group(logGroupName=_GROUP)

    with monkeypatch.context() as busy:
        act_before(busy, "CreateStackInstances", take)
        failed = commands.rollout(*options, template=template, preflight=True)
    logs.delete_log_group(logGroupName=_GROUP)
    return failed


def _fail_update(commands: Commands, tmp_path: Path) -> str:
    """Let someone else's update of the western stack fail without a rollback."""
    stack_id = _stack_id(commands, WEST)
    commands.aws.client("cloudformation", WEST).update_stack(
        StackName=stack_id,
        TemplateBody=changed(tmp_path, {"Wrong": FAILING}).read_text(),
        Parameters=PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        DisableRollback=True,
    )
    _wait_until(commands, "UPDATE_FAILED")
    return stack_id


def _wait_until(commands: Commands, status: str) -> None:
    end = time.monotonic() + 10
    while _status(commands, WEST) != status:
        assert time.monotonic() < end
        time.sleep(0.02)


def _status(commands: Commands, region: str) -> str:
    return str(commands.stack(region, _stack_id(commands, region))["StackStatus"])


def _stack_id(commands: Commands, region: str) -> str:
    client = commands.aws.client("cloudformation", EAST)
    listed = client.list_stack_instances(StackSetName=NAME, StackInstanceRegion=region)
    return str(listed["Summaries"][0]["StackId"])


def _state(status: str, *, reason: str = "") -> StackState:
    return StackState(
        name=f"StackSet-{NAME}-1",
        stack_id=_STACK,
        status=status,
        reason=reason,
        parameters={},
        tags={},
        outputs={},
    )
