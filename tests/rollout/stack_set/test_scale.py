"""Sets with many accounts and regions: what is shown, and failures within the tolerance."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest

from payment_templates.commands.output import status_report
from payment_templates.commands.output.secrets import Secrets
from payment_templates.commands.output.terminal_output import TerminalOutput
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.changes import Change, Replacement
from payment_templates.rollout.stack_set.chosen_roles import EXECUTION
from payment_templates.rollout.stack_set.operations.poll import InstanceResult, Operation
from payment_templates.rollout.stack_set.operations.result_lines import alike, result_lines
from tests.rollout.running import EAST, PROTECTED, WEST, Commands

if TYPE_CHECKING:
    from collections.abc import Callable

_OTHERS = count(610000000000)
_REGIONS = [f"eu-west-{number}" for number in range(10)]
_ACCOUNTS = [f"{number:012}" for number in range(30)]
_BOTH_REGIONS = ("--region", EAST, "--region", WEST)


@pytest.fixture
def other() -> str:
    """Another account, without the role that trusts the caller's account."""
    return str(next(_OTHERS))


def test_results_of_three_hundred_stacks_are_one_line_per_region() -> None:
    operation = _operation(lambda account: "FAILED" if account % 3 == 0 else "SUCCEEDED")

    lines = [*result_lines(operation, [*operation.results.values()])]

    assert lines == [f"{region}: 10 FAILED, 20 SUCCEEDED" for region in _REGIONS]


def test_failures_are_shown_before_their_region_ends() -> None:
    operation = _operation(lambda account: "FAILED" if account % 3 == 0 else "RUNNING")

    first, *others = result_lines(operation, [*operation.results.values()])

    names = ", ".join(_ACCOUNTS[:15:3])
    assert first == f"{_REGIONS[0]} {names} and 5 more: FAILED"
    assert len(others) == 9


def test_same_reason_in_many_accounts_is_one_cause() -> None:
    causes = [
        Cause(
            region=region,
            logical_id=f"payment-dev-001 in {account}",
            resource_type="AWS::CloudFormation::StackSet",
            reason=f"Account {account} should have the role",
        )
        for region in _REGIONS
        for account in _ACCOUNTS
    ]

    assert alike(causes) == [(causes[0], 300)]


def test_equal_changes_of_regions_are_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    output = TerminalOutput(Secrets(), yes=True)
    change = Change(
        action="Modify",
        logical_id="Greeting",
        resource_type="AWS::SSM::Parameter",
        physical_id="one",
        replacement=Replacement.NEVER,
        policy="Delete",
        properties=("Value",),
    )

    output.show_changes(EAST, [change])
    output.show_changes(WEST, [replace(change, physical_id="another")])
    output.show_changes(EAST, [change])

    shown = capsys.readouterr().out
    assert f"{WEST}: 1 to change, the same as in {EAST}\n" in shown
    assert shown.count("Greeting") == 2


def test_tolerated_failure_is_a_failure_and_resumes(commands: Commands, other: str) -> None:
    options = (
        *("--region", EAST, "--account", commands.aws.account, "--account", other),
        *("--failure-tolerance", "1", "--unseen"),
    )

    first = commands.rollout(*options)
    _trust(commands, other)
    second = commands.rollout(*options)

    assert first.exit_code == 1
    assert f"1 of 2 stacks failed: {other}/{EAST}" in first.stderr
    assert second.exit_code == 0, second.output


def test_rollout_does_not_call_stacks_elsewhere_up_to_date(commands: Commands) -> None:
    commands.rollout(*_BOTH_REGIONS)
    commands.rollout("--region", EAST, "--parameter", "Message=second")

    result = commands.rollout("--region", EAST, "--parameter", "Message=second")

    assert f"nothing to change here; not up to date: {commands.aws.account}/{WEST}" in result.output


def test_commands_for_other_accounts_are_few(commands: Commands, other: str) -> None:
    _trust(commands, other)
    regions = [EAST, WEST, "eu-west-1", "eu-west-2", "eu-west-3"]
    targets = [part for region in regions for part in ("--region", region)]

    result = commands.rollout("--account", other, *targets, template=PROTECTED)

    assert result.exit_code == 0, result.output
    assert result.output.count("cannot be switched from here") == 4
    assert "and 1 more stack in other accounts" in result.output


def test_status_counts_stacks_beyond_a_screen(
    commands: Commands, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(commands, other)
    commands.rollout(*_BOTH_REGIONS, "--account", commands.aws.account, "--account", other)
    monkeypatch.setattr(status_report, "_LISTED_STACKS", 3)

    result = commands.run("status")

    assert f"{commands.aws.account}/{EAST}" in result.stdout
    assert "and more stacks: 1 CURRENT" in result.stdout


def _operation(status_of: Callable[[int], str]) -> Operation:
    return Operation(
        status="RUNNING",
        action="CREATE",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        results={
            (account, region): InstanceResult(
                account=account, region=region, status=status_of(int(account)), reason=""
            )
            for region in _REGIONS
            for account in _ACCOUNTS
        },
    )


def _trust(commands: Commands, other: str) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{commands.aws.account}:root"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam = replace(commands.aws, account=other).client("iam", EAST)
    iam.create_role(RoleName=EXECUTION, AssumeRolePolicyDocument=document)
