"""Alarms on the states of other alarms, and on metrics that have data in one region only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence import Verdict
from payment_templates.evidence.alerting.alarm_states import other_region_lost
from payment_templates.evidence.alerting.composite_delay import path_of
from payment_templates.evidence.alerting.composite_states import alerts
from tests.evidence.changes import cut, put
from tests.evidence.global_database import OTHER, WRITER_ALARM, finding, topology, watching

if TYPE_CHECKING:
    from tests.evidence.changes import Change

JOINT = "DatabaseSilentAlarm.Properties"
REST = "alarms-rest-while-healthy"


def test_metric_math_on_a_metric_without_history_is_not_documented() -> None:
    joined = watching("connections + (lag >= 0)")

    rest, database = finding(REST, *joined), finding("alarm-on-database", *joined)

    assert rest.verdict is Verdict.CONDITIONAL
    assert "DatabaseFailoverAlarm of DatabaseConnections" in rest.why
    assert "which AWS does not document" in rest.why
    assert "a result for AuroraGlobalDBReplicationLag without data" in database.why


def test_alarm_without_actions_may_stay_in_alarm_if_another_reads_it() -> None:
    quiet = (
        *(cut(f"{WRITER_ALARM}.{name}") for name in ("AlarmActions", "OKActions")),
        put(f"{WRITER_ALARM}.TreatMissingData", "breaching"),
    )
    both = "ALARM(${DatabaseFailoverAlarm}) AND INSUFFICIENT_DATA(${ReplicationLagAlarm})"

    read = finding(REST, *quiet, put(f"{JOINT}.AlarmRule", {"Fn::Sub": both}))
    alone = finding(REST, *quiet, put(f"{JOINT}.AlarmRule", "FALSE"))

    assert read.verdict is Verdict.KEPT
    assert any("DatabaseFailoverAlarm is in ALARM, without actions" in it for it in read.evidence)
    assert alone.verdict is Verdict.BROKEN


def test_alarm_that_is_not_in_the_stack_leaves_the_rule_open() -> None:
    rule = {"Fn::Sub": "ALARM(elsewhere) AND INSUFFICIENT_DATA(${DatabaseFailoverAlarm})"}

    with pytest.raises(UnexpectedValueError, match="the alarm elsewhere is not in the stack"):
        finding(REST, put(f"{JOINT}.AlarmRule", rule))


def test_alarm_in_alarm_suppresses_another() -> None:
    copy = topology(region=OTHER)
    (joint,) = copy.composite_alarms
    lost = other_region_lost(copy, writes=False, lag_ends=True)
    always = put(f"{JOINT}.ActionsSuppressor", {"Ref": "UnhealthyTargetAlarm"})
    suppressed = topology(
        always, put("UnhealthyTargetAlarm.Properties.Threshold", -1), region=OTHER
    )

    assert alerts(copy, joint, lost)
    assert not alerts(suppressed, suppressed.composite_alarms[0], lost)


@pytest.mark.parametrize(
    ("changes", "best", "worst"),
    [
        # The alarm on the writer takes 180 s, and three periods more until its data is missing.
        ((), 60, 180 + 180),
        (
            (
                put(f"{JOINT}.ActionsSuppressor", {"Ref": "UnhealthyTargetAlarm"}),
                put(f"{JOINT}.ActionsSuppressorWaitPeriod", 45),
            ),
            60 + 45,
            180 + 180 + 45,
        ),
    ],
    ids=["as it is", "with a wait"],
)
def test_joint_alarm_takes(changes: tuple[Change, ...], best: float, worst: float) -> None:
    home = topology(*changes)
    (joint,) = home.composite_alarms

    path = path_of(home, joint)

    assert (path.best_seconds, path.worst_seconds) == (best, worst)


def test_metric_math_that_is_not_evaluated_here_is_not_judged() -> None:
    found = finding("alarm-on-database", *watching("RATE(lag)"), put(f"{JOINT}.AlarmRule", "FALSE"))

    assert "unsupported metric math" in found.why
