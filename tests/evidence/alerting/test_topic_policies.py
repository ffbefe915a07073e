"""Several policies of a topic, and rules that mute alarms."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, put
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

ALERTS, EVENTS = "alerts-reach-subscribers", "events-reach-subscribers"
SLOW = "alarm-on-response-time"
ACCOUNT_ONLY: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": {"Ref": "AWS::AccountId"}},
            "Action": "sns:Publish",
            "Resource": {"Ref": "AlertTopic"},
        }
    ],
}


def second_policy(*after: str, kind: str = "TopicPolicy") -> Change:
    topic: Json = {"Ref": "AlertTopic"}
    named = {"Topics": [topic]} if kind == "TopicPolicy" else {"TopicArn": topic}
    return put(
        "Second",
        {
            "Type": f"AWS::SNS::{kind}",
            "DependsOn": [*after],
            "Properties": {"PolicyDocument": ACCOUNT_ONLY, **named},
        },
    )


def as_inline_policy(document: Json) -> None:
    policy = document["Resources"]["AlertTopicPolicy"]
    policy["Type"] = "AWS::SNS::TopicInlinePolicy"
    policy["Properties"]["TopicArn"] = policy["Properties"].pop("Topics")[0]


def muted(expression: str, duration: str, **dates: str) -> Change:
    return put(
        "Mute",
        {
            "Type": "AWS::CloudWatch::AlarmMuteRule",
            "Properties": {
                "Rule": {"Schedule": {"Expression": expression, "Duration": duration}},
                "MuteTargets": {"AlarmNames": [{"Ref": "ResponseTimeAlarm"}]},
                **dates,
            },
        },
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param([second_policy("AlertTopicPolicy")], Verdict.BROKEN, id="the second is last"),
        pytest.param(
            [second_policy(), put("AlertTopicPolicy.DependsOn", ["Second"])],
            Verdict.CONDITIONAL,
            id="the first is last",
        ),
        pytest.param([second_policy()], Verdict.UNKNOWN, id="no order"),
        pytest.param(
            [second_policy("AlertTopicPolicy", kind="TopicInlinePolicy")],
            Verdict.UNKNOWN,
            id="an inline policy beside it",
        ),
        pytest.param(
            [
                second_policy(kind="TopicInlinePolicy"),
                put("AlertTopicPolicy.DependsOn", ["Second"]),
            ],
            Verdict.CONDITIONAL,
            id="an inline policy before it",
        ),
        pytest.param([as_inline_policy], Verdict.CONDITIONAL, id="an inline policy instead"),
    ],
)
@pytest.mark.parametrize("claim", [ALERTS, EVENTS])
def test_last_policy_of_a_topic_decides(
    claim: str, changes: list[Change], verdict: Verdict
) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is verdict


@pytest.mark.parametrize(
    "window",
    [
        ("cron(0 0 * * *)", "P1D"),
        ("cron(30 * * * *)", "PT1H"),
        ("cron(0 2 * * SUN)", "P7D"),
        ("cron(0 2 * * ?)", "P2DT12H"),
    ],
)
def test_alarm_that_is_always_muted_sends_no_alert(window: tuple[str, str]) -> None:
    document = changed(real_document(), muted(*window))

    assert verdict_of(ALERTS, document) is Verdict.BROKEN
    assert verdict_of("alarm-on-targets", document) is Verdict.KEPT


@pytest.mark.parametrize(
    "change",
    [
        muted("cron(0 2 * * *)", "PT4H"),
        muted("cron(0 2 * * SUN)", "P1D"),
        muted("at(2026-12-01T00:00)", "P15D"),
        muted("cron(0 0 * * *)", "P1D", ExpireDate="2026-12-31T00:00"),
    ],
)
def test_alarm_that_is_muted_at_times_stays_conditional(change: Change) -> None:
    assert verdict_of(ALERTS, changed(real_document(), change)) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("change", "window"),
    [
        (muted("cron(0 2 * * *)", "PT4H"), "cron(0 2 * * *) for PT4H"),
        (muted("at(2020-12-01T00:00)", "PT8H"), "once, at 2020-12-01T00:00 for PT8H"),
        (
            muted("cron(0 0 * * *)", "P1D", ExpireDate="2020-12-31T00:00"),
            "cron(0 0 * * *) for P1D until 2020-12-31T00:00",
        ),
    ],
    ids=["each night", "once", "expired"],
)
@pytest.mark.parametrize("claim", [ALERTS, SLOW])
def test_condition_names_when_an_alarm_is_muted(claim: str, change: Change, window: str) -> None:
    found = result_of(CLAIMS[claim], changed(real_document(), change)).finding

    assert found.verdict is Verdict.CONDITIONAL
    assert f"({window})" in found.why


def test_alarm_that_is_always_muted_is_no_alarm_on_response_times() -> None:
    document = changed(real_document(), muted("cron(0 0 * * *)", "P1D"))

    found = result_of(CLAIMS[SLOW], document).finding

    assert found.verdict is Verdict.BROKEN
    assert "ResponseTimeAlarm sends no alert: Mute mutes it all the time" in found.why


@pytest.mark.parametrize(
    "action",
    [
        "arn:aws:lambda:us-east-1:111122223333:function:page",
        "arn:aws:sns:eu-west-1:111122223333:alerts",
    ],
    ids=["a function", "a topic of another region"],
)
def test_action_outside_the_stack_is_a_condition(action: str) -> None:
    document = changed(real_document(), put("ResponseTimeAlarm.Properties.AlarmActions", [action]))

    found = result_of(CLAIMS[SLOW], document).finding

    assert found.verdict is Verdict.CONDITIONAL
    assert "the actions of ResponseTimeAlarm are no topic of the stack" in found.why
