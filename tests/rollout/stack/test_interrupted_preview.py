"""An interrupted preview leaves no change set and no empty stack; others have a hint."""

import json

import pytest

from payment_templates.rollout.ownership import CHANGE_SET_PREFIX
from tests.rollout.faults import Fault, FaultPlan, break_connections
from tests.rollout.running import EAST, NAME, SMALL, SUFFIX, WEST, Commands

_DRY = ("--dry-run", "--skip-preflight")
_CALLS = ("CreateChangeSet", "DescribeChangeSet", "ListChangeSets", "DescribeEvents")


@pytest.mark.parametrize("fault", [Fault.INTERRUPTED, Fault.TERMINATED])
@pytest.mark.parametrize("call", [*_CALLS, "DeleteChangeSet", "DeleteStack"])
def test_interrupted_dry_run_leaves_no_stack(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str, fault: Fault
) -> None:
    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults_at_first={call: fault}))
        result = commands.run("deploy", *_DRY)

    assert result.exit_code == 130
    assert commands.stack() is None


@pytest.mark.parametrize("call", _CALLS)
def test_interrupted_deploy_leaves_no_stack(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults_at_first={call: Fault.INTERRUPTED}))
        result = commands.deploy()

    assert result.exit_code == 130
    assert commands.stack() is None


def test_interrupted_preview_of_a_set_leaves_no_change_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout("--region", EAST)
    changed = ("--region", EAST, "--parameter", "Message=second")
    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults_at_first={"DescribeChangeSet": Fault.INTERRUPTED}))
        result = commands.run("rollout", *_DRY, *changed)

    client = commands.aws.client("cloudformation", EAST)
    stacks = client.describe_stacks()["Stacks"]
    left = [
        one["ChangeSetName"]
        for stack in stacks
        for one in client.list_change_sets(StackName=stack["StackName"])["Summaries"]
        if not one["ExecutionStatus"].startswith("EXECUTE_")
    ]
    assert result.exit_code == 130
    assert left == []


def test_interruption_keeps_the_stack_of_someone_else(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _review(commands, EAST)
    with monkeypatch.context() as bad:
        break_connections(bad, FaultPlan(faults_at_first={"DescribeChangeSet": Fault.INTERRUPTED}))
        commands.run("deploy", *_DRY)

    shown = commands.aws.client("cloudformation", EAST).list_change_sets(StackName=NAME)
    assert [one["ChangeSetName"] for one in shown["Summaries"]] == ["theirs"]


def test_what_the_cleanup_may_not_delete_is_named(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as bad:
        plan = FaultPlan(
            faults_at_first={"DescribeChangeSet": Fault.INTERRUPTED}, then=Fault.EXPIRED
        )
        break_connections(bad, plan)
        result = commands.run("deploy", *_DRY, "--json")

    messages = json.loads(result.stdout)["messages"]
    assert result.exit_code == 130
    assert any(CHANGE_SET_PREFIX in one and "may be left behind" in one for one in messages)
    assert any(f"may be left behind: the empty stack {NAME}" in one for one in messages)


def test_rollout_says_what_to_do_about_an_empty_stack(commands: Commands) -> None:
    _review(commands, WEST)

    result = commands.rollout()

    assert result.exit_code == 3
    assert f"{NAME} in {WEST} is REVIEW_IN_PROGRESS: it is empty" in result.stderr
    assert f"delete-stack --stack-name {NAME} --region {WEST}" in result.stderr


def _review(commands: Commands, region: str) -> None:
    commands.aws.client("cloudformation", region).create_change_set(
        StackName=NAME,
        ChangeSetName="theirs",
        ChangeSetType="CREATE",
        TemplateBody=SMALL.read_text(),
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "ParameterValue": SUFFIX}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
