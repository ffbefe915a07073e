"""An operation that has ended, whose list of results is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from payment_templates.commands.output.json_output import JsonOutput
from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack_set.operations.follow import OperationFollower
from tests.rollout.running import EAST, NAME, WEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from botocore.stub import Stubber

    from payment_templates.rollout.stack_set.operations.follow import OperationResult

_OTHER, _CALLER = "222222222222", "111111111111"
_NONE: Mapping[str, str] = {}
_SUCCEEDED, _FAILED = {EAST: "SUCCEEDED"}, {EAST: "SUCCEEDED", WEST: "FAILED"}
# The first read, and five more.
_MOST_READS = 6


@pytest.mark.parametrize(
    "late",
    [
        pytest.param([_NONE], id="none is shown"),
        pytest.param([_SUCCEEDED], id="the failed one is missing"),
        pytest.param([{**_FAILED, WEST: "RUNNING"}], id="one is shown as running"),
        pytest.param(
            [{**_FAILED, EAST: "RUNNING"}, {WEST: "FAILED"}], id="a running one is no longer shown"
        ),
    ],
)
def test_results_are_read_until_all_are_shown(
    cloudformation: Stubber, late: Sequence[Mapping[str, str]]
) -> None:
    record = JsonOutput(yes=True)

    ended = _follow(cloudformation, [*late, _FAILED], record)

    assert _statuses(ended) == _FAILED
    assert [cause.reason for cause in ended.causes] == [f"no role in {WEST}"]
    # Each of them once.
    assert len(record.messages) == len({*record.messages})


def test_result_that_was_shown_once_is_known(cloudformation: Stubber) -> None:
    late = [{**_FAILED, EAST: "RUNNING"}, _SUCCEEDED]

    ended = _follow(cloudformation, late, JsonOutput(yes=True))

    assert _statuses(ended) == _FAILED
    assert [cause.reason for cause in ended.causes] == [f"no role in {WEST}"]


@pytest.mark.parametrize("shown", [_NONE, _SUCCEEDED, {**_FAILED, EAST: "RUNNING"}])
def test_results_that_stay_behind_are_read_six_times(
    cloudformation: Stubber, shown: Mapping[str, str]
) -> None:
    ended = _follow(cloudformation, [shown] * _MOST_READS, JsonOutput(yes=True))

    assert not ended.succeeded
    assert _statuses(ended) == shown


def _follow(
    cloudformation: Stubber, reads: Sequence[Mapping[str, str]], record: JsonOutput
) -> OperationResult:
    details = {"FailedStackInstancesCount": 1}
    for shown in reads:
        operation: dict[str, Any] = {"Status": "FAILED", "StatusDetails": details}
        summaries = [
            {"Account": _OTHER, "Region": region, "Status": status}
            | ({"StatusReason": f"no role in {region}"} if status == "FAILED" else {})
            for region, status in shown.items()
        ]
        cloudformation.add_response(
            "describe_stack_set_operation", {"StackSetOperation": operation}
        )
        cloudformation.add_response("list_stack_set_operation_results", {"Summaries": summaries})
    follower = OperationFollower(boto3.Session(), EAST, NAME, _CALLER, record)
    return follower.follow("operation", Pace(shortest=0, longest=0))


def _statuses(ended: OperationResult) -> dict[str, str]:
    return {region: result.status for (_, region), result in ended.operation.results.items()}
