"""Alarms on the states of other alarms, and on metrics that have data in one region only."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence import Verdict
from payment_templates.evidence.alerting.alarm_states import other_region_lost
from payment_templates.evidence.alerting.composite_delay import path_of
from payment_templates.evidence.alerting.composite_readers import speaks_through
from payment_templates.evidence.alerting.composite_states import alerts, why_never_alerts
from tests.evidence.changes import cut, put
from tests.evidence.global_database import OTHER, WRITER_ALARM, finding, topology, watching
from tests.evidence.templates import CLAIMS, production_document

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

JOINT = "DatabaseSilentAlarm.Properties"
REST = "alarms-rest-while-healthy"
_BOTH = "ALARM(${DatabaseFailoverAlarm}) AND INSUFFICIENT_DATA(${ReplicationLagAlarm})"
_READ = put(f"{JOINT}.AlarmRule", {"Fn::Sub": _BOTH})


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

    read = finding(REST, *quiet, _READ)
    alone = finding(REST, *quiet, put(f"{JOINT}.AlarmRule", "FALSE"))

    assert read.verdict is Verdict.KEPT
    assert any("DatabaseFailoverAlarm is in ALARM, without actions" in it for it in read.evidence)
    assert alone.verdict is Verdict.BROKEN


def test_alarm_that_is_not_in_the_stack_leaves_the_rule_open() -> None:
    rule = {"Fn::Sub": "ALARM(elsewhere) AND INSUFFICIENT_DATA(${DatabaseFailoverAlarm})"}

    with pytest.raises(UnexpectedValueError, match="the alarm elsewhere is not in the stack"):
        finding(REST, put(f"{JOINT}.AlarmRule", rule))


_QUIET = put(f"{WRITER_ALARM}.TreatMissingData", "breaching")
# A function, and a topic of another stack.
_FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:page"
_OUTSIDE = "arn:aws:sns:us-east-1:111122223333:another"


@pytest.mark.parametrize("action", [_FUNCTION, _OUTSIDE], ids=["a function", "an outside topic"])
def test_alarm_with_any_action_may_not_stay_in_alarm(action: str) -> None:
    acting = (_QUIET, _READ, put(f"{WRITER_ALARM}.AlarmActions", [action]))

    silent = put(f"{WRITER_ALARM}.ActionsEnabled", value=False)

    assert finding(REST, *acting).verdict is Verdict.BROKEN
    assert finding(REST, *acting, silent).verdict is Verdict.KEPT


def test_suppressor_is_not_read_by_a_rule() -> None:
    suppresses = (
        _QUIET,
        cut(f"{WRITER_ALARM}.AlarmActions"),
        put(f"{JOINT}.AlarmRule", {"Fn::Sub": "ALARM(${ReplicationLagAlarm})"}),
        put(f"{JOINT}.ActionsSuppressor", {"Ref": "DatabaseFailoverAlarm"}),
    )

    rest, delivered = finding(REST, *suppresses), finding("alerts-reach-subscribers", *suppresses)

    assert rest.verdict is Verdict.BROKEN
    assert delivered.verdict is Verdict.BROKEN
    assert "DatabaseFailoverAlarm, which suppresses it, is always in ALARM" in delivered.why


_NAMED = "cloudwatch:{region}:{account}:alarm:${{DatabaseFailoverAlarm}}"


@pytest.mark.parametrize(
    ("region", "account"),
    [("eu-west-1", "${AWS::AccountId}"), ("${AWS::Region}", "999999999999")],
    ids=["another region", "another account"],
)
def test_alarm_elsewhere_is_another_alarm_even_with_the_same_name(
    region: str, account: str
) -> None:
    ours = _NAMED.format(region="${AWS::Region}", account="${AWS::AccountId}")
    other = _NAMED.format(region=region, account=account)

    def children(arn: str) -> list[str | None]:
        rule = put(f"{JOINT}.AlarmRule", {"Fn::Sub": f"ALARM(arn:${{AWS::Partition}}:{arn})"})
        (joint,) = topology(rule).composite_alarms
        return [*joint.children.values()]

    assert children(ours) == ["DatabaseFailoverAlarm"]
    assert children(other) == [None]


@pytest.mark.parametrize(
    "rule",
    [
        "AT_LEAST(1, ALARM, (${DatabaseFailoverAlarm}, ${ReplicationLagAlarm}))",
        "ALARM(${DatabaseFailoverAlarm}) AND TRUE OR ALARM(${ReplicationLagAlarm})",
    ],
    ids=["a function", "no parentheses"],
)
@pytest.mark.parametrize(
    "claim",
    [REST, "alarms-within-sixty-seconds", "alarm-on-database"],
)
def test_rule_that_is_not_decided_here_is_unknown(claim: str, rule: str) -> None:
    changed = put(f"{JOINT}.AlarmRule", {"Fn::Sub": rule})

    with pytest.raises(UnexpectedValueError, match=r"is not read here|documents no precedence"):
        finding(claim, changed)


def test_rule_that_is_not_decided_here_may_read_a_silent_alarm() -> None:
    rule = {"Fn::Sub": "AT_LEAST(1, ALARM, (${DatabaseFailoverAlarm}))"}
    silent = cut(f"{WRITER_ALARM}.AlarmActions")

    with pytest.raises(UnexpectedValueError, match="is not read here"):
        finding("alerts-reach-subscribers", silent, put(f"{JOINT}.AlarmRule", rule))


_MANY = " AND ".join(f"ALARM(other-{number})" for number in range(20))
_OTHERS = ("OtherRegionAlarm", "ReplicationLagAlarm", "ReplicationLagOfSourceAlarm")


@pytest.mark.parametrize(
    "undecided",
    [
        put(f"{JOINT}.ActionsSuppressor", "elsewhere"),
        put(f"{JOINT}.AlarmRule", f"{_MANY} AND OK(other-0)"),
        put(f"{JOINT}.AlarmRule", "AT_LEAST(1, ALARM, (elsewhere))"),
    ],
    ids=["a suppressor of another stack", "a rule on many alarms", "a function"],
)
def test_alarm_that_is_not_decided_hides_no_other_for_the_loss_of_a_region(
    undecided: Change,
) -> None:
    silent = [cut(f"{name}.Properties.AlarmActions") for name in _OTHERS]

    found = finding("region-loss-detected", undecided)

    assert found.verdict is Verdict.CONDITIONAL
    assert "by OtherRegionAlarm, ReplicationLagAlarm" in found.why
    assert JOINT.partition(".")[0] not in found.why
    with pytest.raises(
        UnexpectedValueError, match=r"elsewhere is not in|not decided|not read here"
    ):
        finding("region-loss-detected", undecided, *silent)
    nothing = finding("region-loss-detected", undecided, *silent, cut(f"{JOINT}.AlarmActions"))
    assert nothing.verdict is Verdict.BROKEN


_NEVER = (
    "FALSE",
    "FALSE AND ALARM(${DatabaseFailoverAlarm})",
    "NOT (TRUE OR ALARM(${DatabaseFailoverAlarm}))",
    "ALARM(${DatabaseFailoverAlarm}) AND OK(${DatabaseFailoverAlarm})",
    "ALARM(${DatabaseFailoverAlarm}) AND (NOT ALARM(${DatabaseFailoverAlarm.Arn}))",
)


@pytest.mark.parametrize("rule", _NEVER)
def test_alarm_that_never_fires_has_no_time(rule: str) -> None:
    home = topology(put(f"{JOINT}.AlarmRule", {"Fn::Sub": rule}))
    (joint,) = home.composite_alarms

    found = CLAIMS["alarms-within-sixty-seconds"].check(home)

    assert path_of(home, joint) is None
    assert why_never_alerts(home, joint) == "its rule is always false"
    assert not found.why.startswith("0 ")
    assert "DatabaseSilentAlarm: its state never changes" in found.evidence


def test_alarm_on_an_alarm_that_never_fires_has_no_time() -> None:
    below = {"AlarmName": "below", "AlarmRule": "FALSE"}
    home = topology(
        put("BelowAlarm", {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": below}),
        put(f"{JOINT}.AlarmRule", "ALARM(below)"),
    )

    assert [path_of(home, alarm) for alarm in home.composite_alarms] == [None, None]


def test_contradiction_through_another_alarm_is_noticed() -> None:
    below = {
        "AlarmName": "below",
        "AlarmRule": {"Fn::Sub": "ALARM(${DatabaseFailoverAlarm}) OR ALARM(elsewhere)"},
    }
    rule = {"Fn::Sub": "OK(below) AND ALARM(${DatabaseFailoverAlarm})"}
    home = topology(
        put("BelowAlarm", {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": below}),
        put(f"{JOINT}.AlarmRule", rule),
    )

    joint = next(it for it in home.composite_alarms if it.logical_id == JOINT.partition(".")[0])

    assert why_never_alerts(home, joint) == "its rule is always false"


def test_contradiction_among_many_alarms_is_not_decided() -> None:
    others = " AND ".join(f"ALARM(other-{number})" for number in range(20))
    rule = {"Fn::Sub": f"{others} AND OK(other-0)"}
    home = topology(put(f"{JOINT}.AlarmRule", rule))

    with pytest.raises(UnexpectedValueError, match="its rule on 20 alarms can change is not"):
        why_never_alerts(home, home.composite_alarms[0])


def test_rule_that_one_of_many_alarms_makes_true_can_be_true() -> None:
    others = " AND ".join(f"OK(other-{number})" for number in range(1, 20))
    home = topology(put(f"{JOINT}.AlarmRule", f"ALARM(other-0) AND {others}"))

    # Nothing but the alarms that are not in the stack is open.
    with pytest.raises(UnexpectedValueError, match="the alarm other-0 is not in the stack"):
        why_never_alerts(home, home.composite_alarms[0])


_SILENT = put(f"{WRITER_ALARM}.DatapointsToAlarm", 99)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("ALARM(${DatabaseFailoverAlarm}) OR ALARM(${UnhealthyTargetAlarm})", ""),
        ("OK(${DatabaseFailoverAlarm}) AND ALARM(${UnhealthyTargetAlarm})", ""),
        (
            "ALARM(${DatabaseFailoverAlarm}) AND ALARM(${UnhealthyTargetAlarm})",
            "DatabaseFailoverAlarm never fires",
        ),
        (
            "ALARM(${DatabaseFailoverAlarm}) AND "
            + " AND ".join("ALARM(${UnhealthyTargetAlarm})" for _ in range(9)),
            "DatabaseFailoverAlarm never fires",
        ),
    ],
)
def test_alarm_on_one_that_never_fires_may_fire_by_another(rule: str, why: str) -> None:
    home = topology(_SILENT, put(f"{JOINT}.AlarmRule", {"Fn::Sub": rule}))
    (joint,) = home.composite_alarms

    assert why_never_alerts(home, joint).partition(":")[0] == why


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (
            "ALARM(${UnhealthyTargetAlarm})",
            "UnhealthyTargetAlarm suppresses it whenever its rule is true",
        ),
        (
            "ALARM(${UnhealthyTargetAlarm}) AND ALARM(${DatabaseFailoverAlarm})",
            "UnhealthyTargetAlarm suppresses it whenever its rule is true",
        ),
        ("ALARM(${UnhealthyTargetAlarm}) OR ALARM(${DatabaseFailoverAlarm})", ""),
        ("OK(${UnhealthyTargetAlarm})", ""),
    ],
)
def test_alarm_whose_suppressor_is_always_in_alarm_with_it_sends_nothing(
    rule: str, why: str
) -> None:
    home = topology(
        put(f"{JOINT}.AlarmRule", {"Fn::Sub": rule}),
        put(f"{JOINT}.ActionsSuppressor", {"Ref": "UnhealthyTargetAlarm"}),
    )
    (joint,) = home.composite_alarms

    assert why_never_alerts(home, joint) == why


def _never_with_data(missing: str, **more: object) -> Change:
    """Add an alarm on a metric that AWS does not publish: no cluster has the role WRITERS."""
    dimensions = {"DBClusterIdentifier": {"Ref": "DatabaseCluster"}, "Role": "WRITERS"}
    return put(
        "DeadAlarm",
        {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "Namespace": "AWS/RDS",
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": key, "Value": it} for key, it in dimensions.items()],
                "Statistic": "Average",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 90,
                "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": missing,
                **more,
            },
        },
    )


@pytest.mark.parametrize(
    ("missing", "state", "fires"),
    [
        (missing, state, state == own)
        for missing, own in (
            ("breaching", "ALARM"),
            ("notBreaching", "OK"),
            ("missing", "INSUFFICIENT_DATA"),
        )
        for state in ("ALARM", "OK", "INSUFFICIENT_DATA")
    ],
)
def test_alarm_without_any_data_stays_in_one_state(
    missing: str, state: str, *, fires: bool
) -> None:
    asks = f"ALARM(${{UnhealthyTargetAlarm}}) AND {state}(${{DeadAlarm}})"
    home = topology(_never_with_data(missing), put(f"{JOINT}.AlarmRule", {"Fn::Sub": asks}))
    (joint,) = home.composite_alarms

    why = why_never_alerts(home, joint)

    expected = "is always in ALARM" if missing == "breaching" else "never fires"
    assert why.startswith("" if fires else f"DeadAlarm {expected}: the dimension Role is WRITERS")
    assert bool(why) is not fires


def test_alarm_without_any_data_suppresses_another_always_or_never() -> None:
    def why(missing: str) -> str:
        home = topology(
            _never_with_data(missing),
            put(f"{JOINT}.AlarmRule", {"Fn::Sub": "ALARM(${UnhealthyTargetAlarm})"}),
            put(f"{JOINT}.ActionsSuppressor", {"Ref": "DeadAlarm"}),
        )
        return why_never_alerts(home, home.composite_alarms[0])

    assert why("breaching") == "DeadAlarm suppresses it whenever its rule is true"
    assert not why("missing")
    with pytest.raises(UnexpectedValueError, match="DeadAlarm: its state is not decided"):
        why("ignore")


@pytest.mark.parametrize("dimension", ["payment-of-another-stack", "${Elsewhere}-cluster"])
def test_alarm_on_a_resource_of_another_stack_may_have_data(dimension: str) -> None:
    outside = _never_with_data(
        "breaching", Dimensions=[{"Name": "DBClusterIdentifier", "Value": dimension}]
    )
    rule = {"Fn::Sub": "ALARM(${UnhealthyTargetAlarm}) AND NOT ALARM(${DeadAlarm})"}
    home = topology(outside, put(f"{JOINT}.AlarmRule", rule))

    with pytest.raises(UnexpectedValueError, match="DeadAlarm: its state is not decided"):
        why_never_alerts(home, home.composite_alarms[0])


@pytest.mark.parametrize(
    "watching",
    [
        pytest.param(
            {"Dimensions": [{"Name": "DBClusterIdentifier", "Value": "payment-of-another-stack"}]},
            id="a resource of another stack",
        ),
        pytest.param(
            {
                "Dimensions": [
                    {"Name": "DBClusterIdentifier", "Value": {"Ref": "DatabaseCluster"}}
                ],
                "MetricName": "DatabaseConnections",
                "Statistic": "SampleCount",
            },
            id="the number of points",
        ),
        pytest.param(
            {
                "Dimensions": [{"Name": "QueueName", "Value": "orders"}],
                "Namespace": "AWS/SQS",
                "MetricName": "ApproximateNumberOfMessagesVisible",
            },
            id="a metric that is not known here",
        ),
    ],
)
@pytest.mark.parametrize("state", ["ALARM", "OK", "INSUFFICIENT_DATA"])
def test_alarm_that_reports_no_fault_of_the_stack_may_fire(watching: Json, state: str) -> None:
    asks = f"ALARM(${{UnhealthyTargetAlarm}}) AND {state}(${{DeadAlarm}})"
    other = _never_with_data("missing", **watching)
    home = topology(other, put(f"{JOINT}.AlarmRule", {"Fn::Sub": asks}))

    assert not why_never_alerts(home, home.composite_alarms[0])


def test_alarm_without_any_data_is_always_in_alarm_if_that_breaches() -> None:
    acting = {"AlarmActions": [{"Ref": "AlertTopic"}]}

    breaching = finding(REST, _never_with_data("breaching", **acting))
    missing = finding(REST, _never_with_data("missing", **acting))

    assert breaching.verdict is Verdict.BROKEN
    assert "DeadAlarm is always in ALARM with the writer: CPUUtilization has no" in breaching.why
    assert missing.verdict is Verdict.KEPT


def test_alarm_on_many_others_can_change() -> None:
    others = " OR ".join(f"ALARM(other-{number})" for number in range(90))
    home = topology(put(f"{JOINT}.AlarmRule", others))

    with pytest.raises(UnexpectedValueError, match="the alarm other-0 is not in the stack"):
        path_of(home, home.composite_alarms[0])


def test_alarm_on_one_that_is_not_in_the_stack_has_an_unknown_time() -> None:
    home = topology(put(f"{JOINT}.AlarmRule", "ALARM(elsewhere)"))

    with pytest.raises(UnexpectedValueError, match="the alarm elsewhere is not in the stack"):
        path_of(home, home.composite_alarms[0])


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
        (
            (
                put(f"{JOINT}.ActionsSuppressor", {"Ref": "UnhealthyTargetAlarm"}),
                put(f"{JOINT}.ActionsSuppressorWaitPeriod", 45),
                put(f"{JOINT}.ActionsSuppressorExtensionPeriod", 600),
            ),
            60 + 45,
            180 + 180 + 45 + 600,
        ),
    ],
    ids=["as it is", "with a wait", "after a suppressor leaves ALARM"],
)
def test_joint_alarm_takes(changes: tuple[Change, ...], best: float, worst: float) -> None:
    home = topology(*changes)
    (joint,) = home.composite_alarms

    path = path_of(home, joint)

    assert path
    assert (path.best_seconds, path.worst_seconds) == (best, worst)


def test_metric_math_that_is_not_evaluated_here_is_not_judged() -> None:
    changes = (*watching("RATE(lag)"), put(f"{JOINT}.AlarmRule", "FALSE"))

    with pytest.raises(UnexpectedValueError, match="metric math that is not evaluated here"):
        finding("alarm-on-database", *changes)


_TARGETS = "UnhealthyTargetAlarm.Properties"
_U = "ALARM(${UnhealthyTargetAlarm})"
_SAME = {"Ref": "UnhealthyTargetAlarm"}
_TWIN = {"Ref": "TwinAlarm"}


def _composite(rule: str, **more: object) -> Json:
    return {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "Properties": {
            "AlarmRule": {"Fn::Sub": rule},
            "ActionsSuppressorWaitPeriod": 60,
            "ActionsSuppressorExtensionPeriod": 60,
            **more,
        },
    }


def _wrapped(rule: str, suppressor: object = None, **more: object) -> tuple[Change, ...]:
    """Give the actions of the alarm on targets to an alarm that reads it, and add other alarms."""
    acting: Json = {"AlarmActions": [{"Ref": "AlertTopic"}]}
    if suppressor:
        acting["ActionsSuppressor"] = suppressor
    twin = deepcopy(production_document()["Resources"]["UnhealthyTargetAlarm"])
    for name in ("AlarmActions", "OKActions", "AlarmName"):
        twin["Properties"].pop(name)
    return (
        *(cut(f"{_TARGETS}.{name}") for name in ("AlarmActions", "OKActions")),
        put("WrapAlarm", _composite(rule, **acting)),
        put("TwinAlarm", twin),
        *(put(name, it) for name, it in more.items()),
    )


def _delivered(*changes: Change) -> list[str]:
    """Return the alarms that act in place of the alarm on targets."""
    home = topology(*changes)
    own = next(it for it in home.alarms if it.logical_id == "UnhealthyTargetAlarm")
    return [it.logical_id for it in speaks_through(home, own)]


@pytest.mark.parametrize(
    "changes",
    [
        _wrapped(f"{_U} AND OK(${{UnhealthyTargetAlarm}})"),
        _wrapped("INSUFFICIENT_DATA(${UnhealthyTargetAlarm})"),
        _wrapped(f"NOT {_U}"),
        _wrapped(f"{_U} OR TRUE"),
        _wrapped(f"{_U} AND NOT ALARM(${{TwinAlarm}})"),
        _wrapped(_U, _SAME),
        _wrapped(_U, _TWIN),
        _wrapped(_U, {"Ref": "WrapAlarm"}),
        _wrapped(_U, {"Ref": "Suppressor"}, Suppressor=_composite("TRUE")),
        _wrapped(_U, {"Ref": "Suppressor"}, Suppressor=_composite(_U)),
        _wrapped("INSUFFICIENT_DATA(${Middle})", Middle=_composite(_U)),
        (*_wrapped(_U), put("WrapAlarm.Properties.ActionsEnabled", value=False)),
    ],
    ids=[
        *("a contradiction", "another state", "the opposite", "always in ALARM", "not with a twin"),
        *("suppressed by it", "suppressed by a twin", "suppressed by itself", "always suppressed"),
        *(
            "suppressed through another",
            "a state that an alarm on alarms is never in",
            "no actions",
        ),
    ],
)
def test_alarm_that_never_acts_because_of_another_does_not_alert_for_it(
    changes: tuple[Change, ...],
) -> None:
    delivered = finding("alerts-reach-subscribers", *changes)
    targets = finding("alarm-on-targets", *changes)

    assert not _delivered(*changes)
    assert delivered.verdict is Verdict.BROKEN
    assert targets.verdict is Verdict.BROKEN
    assert "UnhealthyTargetAlarm sends no alert: it has no actions" in targets.why


@pytest.mark.parametrize(
    "changes",
    [
        _wrapped(_U),
        _wrapped(f"{_U} OR ALARM(${{TwinAlarm}})"),
        _wrapped(f"{_U} OR ALARM(elsewhere)"),
        _wrapped(f"{_U} AND NOT ALARM(${{ResponseTimeAlarm}})"),
        _wrapped(_U, {"Ref": "ResponseTimeAlarm"}),
        _wrapped(_U, {"Ref": "Suppressor"}, Suppressor=_composite(f"NOT {_U}")),
        _wrapped("ALARM(${Middle})", Middle=_composite(_U)),
        _wrapped("NOT OK(${Middle})", Middle=_composite(_U)),
    ],
    ids=[
        *("alone", "or a twin", "or one of another stack", "not during another", "a suppressor"),
        *("a suppressor that it ends", "through another", "through another, negated"),
    ],
)
def test_alarm_that_acts_because_of_another_alerts_for_it(changes: tuple[Change, ...]) -> None:
    assert _delivered(*changes) == ["WrapAlarm"]
    assert finding("alarm-on-targets", *changes).verdict is Verdict.KEPT


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (_wrapped(f"{_U} AND OK(elsewhere)"), "depends on elsewhere"),
        (_wrapped(_U, "elsewhere"), "the alarm elsewhere is not in the stack"),
        (_wrapped("AT_LEAST(1, ALARM, (elsewhere))"), "is not read here"),
    ],
    ids=["of another stack", "a suppressor of another stack", "a function"],
)
def test_whether_an_alarm_alerts_for_another_may_not_be_decided(
    changes: tuple[Change, ...], why: str
) -> None:
    for claim in ("alerts-reach-subscribers", "alarm-on-targets"):
        with pytest.raises(UnexpectedValueError, match=why):
            finding(claim, *changes)


def test_alarm_that_needs_another_one_may_not_alert_at_the_first_unhealthy_target() -> None:
    both = _wrapped(f"{_U} AND ALARM(${{TaskFailureAlarm}})")

    assert _delivered(*both) == ["WrapAlarm"]
    with pytest.raises(UnexpectedValueError, match="depends on other alarms"):
        finding("alarm-on-targets", *both)


def test_alarm_that_is_not_decided_hides_no_other_on_the_same_metric() -> None:
    both = _wrapped(f"{_U} AND OK(elsewhere)")
    acting = put("TwinAlarm.Properties.AlarmActions", [{"Ref": "AlertTopic"}])

    assert finding("alarm-on-targets", *both, acting).verdict is Verdict.KEPT


def test_silent_alarm_on_the_writer_does_not_report_a_failover() -> None:
    silent = [cut(f"{WRITER_ALARM}.{name}") for name in ("AlarmActions", "OKActions")]

    found = finding("alarm-on-database", *silent)

    assert found.verdict is Verdict.BROKEN
    assert "none alerts at 0 connections of the writer" in found.why


def _suppressed_by(threshold: float, *, acts: bool) -> tuple[Change, ...]:
    """Let an alarm on unhealthy targets suppress the alerts about the response time."""
    alarm = deepcopy(production_document()["Resources"]["UnhealthyTargetAlarm"])
    alarm["Properties"] |= {
        "AlarmName": "suppressor",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": threshold,
        "ActionsEnabled": acts,
    }
    joint = _composite(
        "ALARM(${ResponseTimeAlarm})",
        ActionsSuppressor={"Ref": "Suppressor"},
        AlarmActions=[{"Ref": "AlertTopic"}],
    )
    silent = put("ResponseTimeAlarm.Properties.ActionsEnabled", value=False)
    return silent, put("Suppressor", alarm), put("SuppressedAlarm", joint)


def test_suppressor_that_is_always_in_alarm_lets_no_alert_out() -> None:
    for acts in (False, True):
        found = finding("alerts-reach-subscribers", *_suppressed_by(0, acts=acts))

        assert found.verdict is Verdict.BROKEN
        assert "Suppressor, which suppresses it, is always in ALARM" in found.why


def test_suppressor_needs_no_actions_of_its_own() -> None:
    found = finding("alerts-reach-subscribers", *_suppressed_by(3, acts=False))

    assert found.verdict is Verdict.CONDITIONAL
    assert "except while Suppressor suppresses SuppressedAlarm" in found.why


def test_suppressor_that_any_number_of_requests_puts_into_alarm_prevents_an_alert() -> None:
    busy = (
        put("Suppressor.Properties.MetricName", "RequestCount"),
        put("Suppressor.Properties.Statistic", "Sum"),
        put("Suppressor.Properties.TreatMissingData", "breaching"),
        cut("Suppressor.Properties.Dimensions.1"),
    )

    with pytest.raises(UnexpectedValueError, match="depends on other alarms"):
        finding("alarm-on-response-time", *_suppressed_by(0, acts=False), *busy)
    assert finding("alarm-on-response-time", *_suppressed_by(3, acts=False)).verdict is Verdict.KEPT
