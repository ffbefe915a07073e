from itertools import groupby

import pytest

from payment_templates.rollout.stack_set.poll import MOST_CALLS
from tests.rollout.faults import Weather, break_connections
from tests.rollout.running import EAST, NAME, WEST, Commands

_ACCOUNTS = [f"{number:012}" for number in range(700000000000, 700000000499)]


def test_thousand_instances_cost_at_most_fifteen_calls_a_look(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The own account has the roles; the others fail for lack of them, which costs as many calls.
    accounts = [commands.aws.account, *_ACCOUNTS]
    targets = [part for account in accounts for part in ("--account", account)]
    weather = Weather()
    break_connections(monkeypatch, weather)

    result = commands.rollout(*targets)

    client = commands.aws.client("cloudformation", EAST)
    (operation,) = client.list_stack_set_operations(StackSetName=NAME)["Summaries"]
    shown = client.get_paginator("list_stack_set_operation_results").paginate(
        StackSetName=NAME, OperationId=operation["OperationId"]
    )
    assert sum(len(page["Summaries"]) for page in shown) == 1000
    looks = _calls_of_each_look(weather.calls)
    assert max(looks) > 10
    assert max(looks) <= MOST_CALLS
    assert "and more instances: 979 OUTDATED, 1 CURRENT" in result.output


def test_few_instances_cost_few_calls_a_look(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather = Weather()
    break_connections(monkeypatch, weather)

    commands.rollout("--region", EAST, "--region", WEST)

    assert max(_calls_of_each_look(weather.calls)) <= 8


def _calls_of_each_look(calls: list[str]) -> list[int]:
    # A look begins with the operation, and ends where the command goes on to something else.
    begun = calls.index("CreateStackInstances")
    of_looks = [
        call
        for call in calls[begun + 1 :]
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
