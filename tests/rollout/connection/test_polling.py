from itertools import groupby

import pytest

from payment_templates.rollout.stack_set.operations.poll import MOST_CALLS
from tests.rollout.faults import FaultPlan, break_connections
from tests.rollout.running import EAST, NAME, WEST, Commands

_ACCOUNTS = [f"{number:012}" for number in range(700000000000, 700000000499)]

# Lines, with the twenty of the table of instances.
_ONE_SCREEN = 60


def test_poll_of_a_thousand_instances_takes_at_most_fifteen_calls(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the caller's account has the roles; the others fail, which takes as many calls.
    accounts = [commands.aws.account, *_ACCOUNTS]
    targets = [part for account in accounts for part in ("--account", account)]
    plan = FaultPlan()
    break_connections(monkeypatch, plan)

    result = commands.rollout(*targets)

    client = commands.aws.client("cloudformation", EAST)
    (operation,) = client.list_stack_set_operations(StackSetName=NAME)["Summaries"]
    shown = client.get_paginator("list_stack_set_operation_results").paginate(
        StackSetName=NAME, OperationId=operation["OperationId"]
    )
    assert sum(len(page["Summaries"]) for page in shown) == 1000
    looks = _calls_of_each_look(plan.calls)
    assert max(looks) > 10
    assert max(looks) <= MOST_CALLS
    assert "and more instances: 979 OUTDATED, 1 CURRENT" in result.output
    assert len(result.output.splitlines()) < _ONE_SCREEN


def test_poll_of_few_instances_takes_few_calls(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = FaultPlan()
    break_connections(monkeypatch, plan)

    commands.rollout("--region", EAST, "--region", WEST)

    assert max(_calls_of_each_look(plan.calls)) <= 8


def _calls_of_each_look(calls: list[str]) -> list[int]:
    # A poll starts with the operation, and ends where the command continues with another call.
    started = calls.index("CreateStackInstances")
    of_looks = [
        call
        for call in calls[started + 1 :]
        if call != "ListStackInstances" and not call.startswith("ListStackSetOperations")
    ]
    numbers: list[int] = []
    for is_begin, group in groupby(of_looks, key=lambda call: call == "DescribeStackSetOperation"):
        length = len(list(group))
        if is_begin:
            numbers.extend([1] * length)
        else:
            numbers[-1] += length
    return numbers
