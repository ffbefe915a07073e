"""verify --alarms: sets each alarm, reads its history, and resets it in every case."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rollout.verification.finding import Verdict
from tests.rollout.running import EAST, SUFFIX, Commands
from tests.rollout.verification.conftest import (
    alarm_names,
    refusal,
    states,
    template_with_reader,
    without_actions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_TOPIC = f"payment-alerts-{SUFFIX}"
_RESPONSE_TIME = f"payment-response-time-{SUFFIX}"
_RUN = ("verify", "--region", EAST, "--alarms")


@pytest.fixture(autouse=True)
def alarms_are_reset(verified: Commands) -> Iterator[None]:
    """Whatever happens, no test leaves a forced state behind."""
    yield
    assert states(verified.aws) == {"OK"}


def test_every_alarm_notifies_the_topic(verified: Commands) -> None:
    document = verified.document(*_RUN, "--yes")

    found = [one for one in document["findings"] if one["check"] == "alarms"]
    topic = f"arn:aws:sns:{EAST}:{verified.aws.account}:{_TOPIC}"
    assert {one["asked"] for one in found} == {
        f"does {name} execute its actions?" for name in alarm_names(verified.aws)
    }
    assert {(one["verdict"], one["answer"]) for one in found} == {
        ("confirmed", f"Successfully executed action {topic}")
    }


def test_delivered_and_failed_notifications_are_counted(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"GetMetricData": _metrics(delivered=3, failed=1)})

    document = verified.document(*_RUN, "--yes")

    (one,) = [one for one in document["findings"] if one["check"] == "topic"]
    assert (one["verdict"], one["answer"]) == (Verdict.CONTRADICTED, "3 delivered, 1 failed")
    assert document["exit_code"] == 1


def test_topic_without_a_delivery_is_open(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"GetMetricData": _metrics(delivered=0, failed=0)})

    document = verified.document(*_RUN, "--yes")

    (one,) = [one for one in document["findings"] if one["check"] == "topic"]
    assert one["verdict"] == Verdict.NOT_ASKED
    assert "no notification after 0.3 s" in one["answer"]


def test_failed_action_is_shown_with_its_error(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    topic = f"arn:aws:sns:{EAST}:{verified.aws.account}:{_TOPIC}"
    error = "CloudWatch Alarms does not have authorization to access the SNS topic encryption key."
    data = json.dumps({"actionState": "Failed", "error": error})
    aws_answers({"DescribeAlarmHistory": _then(f"Failed to execute action {topic}", data)})

    document = verified.document(*_RUN, "--yes")

    found = [one for one in document["findings"] if one["check"] == "alarms"]
    assert {one["answer"] for one in found} == {f"Failed to execute action {topic}: {error}"}
    assert {one["verdict"] for one in found} == {Verdict.CONTRADICTED}


def test_error_in_the_summary_is_shown_too(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    topic = f"arn:aws:sns:{EAST}:{verified.aws.account}:{_TOPIC}"
    said = f'Failed to execute action {topic}. Received error: "not authorized"'
    aws_answers({"DescribeAlarmHistory": _then(said)})

    document = verified.document(*_RUN, "--yes")

    found = [one for one in document["findings"] if one["check"] == "alarms"]
    assert {(one["verdict"], one["answer"]) for one in found} == {(Verdict.CONTRADICTED, said)}


def test_unknown_wording_leaves_the_question_open(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    topic = f"arn:aws:sns:{EAST}:{verified.aws.account}:{_TOPIC}"
    aws_answers({"DescribeAlarmHistory": _then(f"Action {topic} is pending")})

    document = verified.document(*_RUN, "--yes")

    found = [one for one in document["findings"] if one["check"] == "alarms"]
    assert {(one["verdict"], one["answer"]) for one in found} == {
        (Verdict.NOT_ASKED, f"its history says 'Action {topic} is pending'")
    }


def test_alarm_without_actions_that_another_reads_is_not_tested(
    verified: Commands, aws_answers: Callable[..., list[str]], tmp_path: Path
) -> None:
    without_actions(verified, aws_answers, _RESPONSE_TIME)
    template = template_with_reader(tmp_path, "ResponseTimeAlarm")

    document = verified.document(*_RUN, "--yes", "--template", str(template))

    assert not any(_RESPONSE_TIME in one["asked"] for one in document["findings"])
    said = f"{_RESPONSE_TIME}: not tested, since Reader acts in its place"
    assert said in document["messages"]
    assert document["exit_code"] == 0


def test_alarm_without_history_contradicts_after_the_limit(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"DescribeAlarmHistory": {"AlarmHistoryItems": []}})

    document = verified.document(*_RUN, "--yes")

    found = [one for one in document["findings"] if one["check"] == "alarms"]
    assert {one["answer"] for one in found} == {"no action in its history after 0.3 s"}
    assert {one["verdict"] for one in found} == {Verdict.CONTRADICTED}


def test_former_action_does_not_count(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    topic = f"arn:aws:sns:{EAST}:{verified.aws.account}:{_TOPIC}"
    former = {
        "Timestamp": datetime.now(UTC),
        "HistorySummary": f"Successfully executed action {topic}",
    }
    aws_answers({"DescribeAlarmHistory": {"AlarmHistoryItems": [former]}})

    document = verified.document(*_RUN, "--yes")

    found = [one for one in document["findings"] if one["check"] == "alarms"]
    assert {one["verdict"] for one in found} == {Verdict.CONTRADICTED}


def test_alarm_that_is_really_in_alarm_is_skipped(verified: Commands) -> None:
    client = verified.aws.client("cloudwatch", EAST)
    client.set_alarm_state(AlarmName=_RESPONSE_TIME, StateValue="ALARM", StateReason="slow")

    document = verified.document(*_RUN, "--yes")

    shown = client.describe_alarms(AlarmNames=[_RESPONSE_TIME])["MetricAlarms"][0]
    client.set_alarm_state(AlarmName=_RESPONSE_TIME, StateValue="OK", StateReason="data")
    (one,) = [it for it in document["findings"] if _RESPONSE_TIME in it["asked"]]
    assert (one["verdict"], one["answer"]) == (
        Verdict.NOT_ASKED,
        "it is really in ALARM: slow",
    )
    # Not touched.
    assert (shown["StateValue"], shown["StateReason"]) == ("ALARM", "slow")


def test_alarm_with_disabled_actions_contradicts(verified: Commands) -> None:
    client = verified.aws.client("cloudwatch", EAST)
    client.disable_alarm_actions(AlarmNames=[_RESPONSE_TIME])

    document = verified.document(*_RUN, "--yes")

    client.enable_alarm_actions(AlarmNames=[_RESPONSE_TIME])
    (one,) = [it for it in document["findings"] if _RESPONSE_TIME in it["asked"]]
    assert (one["verdict"], one["answer"]) == (Verdict.CONTRADICTED, "it notifies no one")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AccessDenied", "AWS denies SetAlarmState"),
        ("Throttling", "AWS throttles SetAlarmState"),
    ],
    ids=["denied", "throttled"],
)
def test_refused_change_leaves_the_question_open(
    verified: Commands, aws_answers: Callable[..., list[str]], code: str, reason: str
) -> None:
    aws_answers({"SetAlarmState": refusal("SetAlarmState", code)})

    document = verified.document(*_RUN, "--yes")

    found = [one for one in document["findings"] if one["check"] == "alarms"]
    assert {(one["verdict"], one["answer"]) for one in found} == {(Verdict.NOT_ASKED, reason)}


@pytest.mark.parametrize("times", [1, 2])
def test_alarm_is_reset_after_ctrl_c(
    verified: Commands, aws_answers: Callable[..., list[str]], times: int
) -> None:
    left = times

    def interrupt(_: dict[str, Any]) -> None:
        nonlocal left
        if "SetAlarmState" in made and left:
            left -= 1
            raise KeyboardInterrupt

    # The second one arrives while the alarm is being reset.
    made = aws_answers({"DescribeAlarmHistory": interrupt, "DescribeAlarms": interrupt})

    result = verified.run(*_RUN, "--yes")

    assert result.exit_code == 130
    assert left == 0
    assert made.count("SetAlarmState") == 2


def test_failed_reset_is_tried_again(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    refusals = iter([refusal("SetAlarmState", "Throttling")])

    def throttle_once(arguments: dict[str, Any]) -> None:
        if arguments["StateValue"] != "ALARM" and (error := next(refusals, None)):
            raise error

    aws_answers({"SetAlarmState": throttle_once})

    document = verified.document(*_RUN, "--yes")

    assert {one["verdict"] for one in document["findings"]} <= {"confirmed", "could not be asked"}


def test_alarm_that_cannot_be_reset_is_named_with_the_command(
    verified: Commands, aws_answers: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny_reset(arguments: dict[str, Any]) -> None:
        if arguments["StateValue"] != "ALARM":
            raise refusal("SetAlarmState", "AccessDenied")

    aws_answers({"SetAlarmState": deny_reset})
    document = verified.document(*_RUN, "--yes")
    monkeypatch.undo()
    for name in alarm_names(verified.aws):
        verified.aws.client("cloudwatch", EAST).set_alarm_state(
            AlarmName=name, StateValue="OK", StateReason="data"
        )

    said = [one for one in document["messages"] if "may still be in ALARM" in one]
    assert len(said) == len(alarm_names(verified.aws))
    assert "aws cloudwatch set-alarm-state --alarm-name payment-" in said[0]


def test_without_a_terminal_it_needs_yes(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    made = aws_answers({})

    shown, document = verified.run(*_RUN), verified.document(*_RUN)

    assert shown.exit_code == 2
    assert f"The subscribers of {_TOPIC} get a message for each" in shown.stderr
    assert "hint: pass --yes to confirm" in shown.stderr
    assert document["exit_code"] == 2
    assert "SetAlarmState" not in made


def _then(summary: str, data: str = "{}") -> Callable[[dict[str, Any]], object]:
    """Answer with no history, then with one action; both for every alarm."""
    item = {"Timestamp": datetime.now(UTC), "HistorySummary": summary, "HistoryData": data}
    empty: list[Any] = []
    histories = cycle([{"AlarmHistoryItems": empty}, {"AlarmHistoryItems": [item]}])

    def next_history(_: dict[str, Any]) -> object:
        return next(histories)

    return next_history


def _metrics(*, delivered: float, failed: float) -> dict[str, Any]:
    return {
        "MetricDataResults": [
            {"Id": "numberofnotificationsdelivered", "Values": [delivered]},
            {"Id": "numberofnotificationsfailed", "Values": [failed]},
        ]
    }


def test_composite_alarm_is_tested_after_its_children(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    client = verified.aws.client("cloudwatch", EAST)
    topic = f"arn:aws:sns:{EAST}:{verified.aws.account}:{_TOPIC}"
    client.put_composite_alarm(
        AlarmName="both", AlarmRule=f'ALARM("{_RESPONSE_TIME}")', AlarmActions=[topic]
    )
    client.set_alarm_state(AlarmName="both", StateValue="OK", StateReason="data")
    members = [
        _member("Both", "AWS::CloudWatch::CompositeAlarm", "both"),
        _member("ResponseTimeAlarm", "AWS::CloudWatch::Alarm", _RESPONSE_TIME),
    ]
    aws_answers({"ListStackResources": {"StackResourceSummaries": members}})

    document = verified.document(*_RUN, "--yes")

    client.delete_alarms(AlarmNames=["both"])
    found = [one for one in document["findings"] if one["check"] == "alarms"]
    assert [(one["asked"], one["verdict"]) for one in found] == [
        (f"does {_RESPONSE_TIME} execute its actions?", "confirmed"),
        ("does both execute its actions?", "confirmed"),
    ]


def _member(logical_id: str, kind: str, name: str) -> dict[str, str]:
    return {
        "LogicalResourceId": logical_id,
        "ResourceType": kind,
        "PhysicalResourceId": name,
        "ResourceStatus": "CREATE_COMPLETE",
    }
