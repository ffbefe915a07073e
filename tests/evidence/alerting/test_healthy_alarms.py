"""Alarms that are always in ALARM while the stack is healthy, or may be."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, cut, put
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

REST, TASKS = "alarms-rest-while-healthy", "alarm-on-tasks"
TARGETS, SLOW = "alarm-on-targets", "alarm-on-response-time"
_TASK_ALARM, _SLOW_ALARM = "TaskFailureAlarm", "ResponseTimeAlarm"
_SERVICE = [
    {"Name": "ClusterName", "Value": {"Ref": "Cluster"}},
    {"Name": "ServiceName", "Value": {"Fn::GetAtt": ["Service", "Name"]}},
]
_GROUP = [
    {"Name": "LoadBalancer", "Value": {"Fn::GetAtt": ["LoadBalancer", "LoadBalancerFullName"]}},
    {"Name": "TargetGroup", "Value": {"Fn::GetAtt": ["TargetGroup", "TargetGroupFullName"]}},
]
_BALANCER = _GROUP[:1]


def on(alarm: str, expression: str, **more: object) -> Change:
    """Let an alarm watch an expression over its metric, which is m1."""

    def change(document: Json) -> None:
        fields = document["Resources"][alarm]["Properties"]
        metric = {name: fields.pop(name) for name in ("Namespace", "MetricName", "Dimensions")}
        stat = {"Metric": metric, "Period": fields.pop("Period"), "Stat": fields.pop("Statistic")}
        fields["Metrics"] = [
            {"Id": "m1", "MetricStat": stat, "ReturnData": False},
            {"Id": "e1", "Expression": expression},
        ]
        fields.update(more)

    return change


def alarm_on(
    metric: str, dimensions: object, compares: str, threshold: float, *, statistic: str = "Average"
) -> Change:
    """Add an alarm on a metric: `AWS/ECS CPUUtilization`."""
    namespace, name = metric.split()
    fields = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": dimensions,
        "Statistic": statistic,
        "Period": 60,
        "EvaluationPeriods": 3,
        "ComparisonOperator": f"{compares}Threshold",
        "Threshold": threshold,
        "ActionsEnabled": True,
        "AlarmActions": [{"Ref": "AlertTopic"}],
    }
    return put("MoreAlarm", {"Type": "AWS::CloudWatch::Alarm", "Properties": fields})


_GREATER, _LESS = "GreaterThan", "LessThan"
_AT_LEAST = "GreaterThanOrEqualTo"
_CPU = ("AWS/ECS CPUUtilization", _SERVICE)
_HEALTHY = ("AWS/ApplicationELB HealthyHostCount", _GROUP)
_UNHEALTHY = ("AWS/ApplicationELB UnHealthyHostCount", _GROUP)
_RUNNING = ("ECS/ContainerInsights RunningTaskCount", _SERVICE)
_TIME = ("AWS/ApplicationELB TargetResponseTime", _BALANCER)
_ERRORS = ("AWS/ApplicationELB HTTPCode_Target_5XX_Count", _BALANCER)
_OWN: tuple[str, list[Json]] = ("App/Payments Orders", [])


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (alarm_on(*_CPU, _AT_LEAST, 0), Verdict.BROKEN),
        (alarm_on(*_CPU, _LESS, 101), Verdict.BROKEN),
        (alarm_on(*_CPU, _GREATER, 100), Verdict.KEPT),
        (alarm_on(*_CPU, _GREATER, 80), Verdict.CONDITIONAL),
        (alarm_on(*_HEALTHY, _LESS, 100), Verdict.BROKEN),
        (alarm_on(*_HEALTHY, _LESS, 6), Verdict.KEPT),
        (alarm_on(*_HEALTHY, _LESS, 100, statistic="Sum"), Verdict.CONDITIONAL),
        (alarm_on(*_RUNNING, _AT_LEAST, 6), Verdict.BROKEN),
        (alarm_on(*_RUNNING, _GREATER, 6), Verdict.KEPT),
        (alarm_on(*_UNHEALTHY, _AT_LEAST, 1, statistic="Sum"), Verdict.KEPT),
        (alarm_on(*_UNHEALTHY, _AT_LEAST, 1, statistic="SampleCount"), Verdict.BROKEN),
        (alarm_on(*_TIME, _GREATER, 2), Verdict.KEPT),
        (alarm_on(*_TIME, _AT_LEAST, 1), Verdict.KEPT),
        (alarm_on(*_TIME, _GREATER, 0.5), Verdict.CONDITIONAL),
        (alarm_on(*_ERRORS, _GREATER, 0, statistic="Sum"), Verdict.KEPT),
        (alarm_on(*_OWN, _LESS, 1), Verdict.CONDITIONAL),
        (put(f"{_TASK_ALARM}.Properties.Threshold", 6.5), Verdict.BROKEN),
        (put(f"{_TASK_ALARM}.Properties.Threshold", 5.5), Verdict.KEPT),
        (put(f"{_SLOW_ALARM}.Properties.TreatMissingData", "breaching"), Verdict.CONDITIONAL),
        (put(f"{_SLOW_ALARM}.Properties.TreatMissingData", "ignore"), Verdict.KEPT),
    ],
)
def test_values_of_a_healthy_stack_decide_whether_an_alarm_rests(
    change: Change, verdict: Verdict
) -> None:
    assert verdict_of(REST, changed(real_document(), change)) is verdict


def test_node_without_cross_zone_load_balancing_counts_the_targets_of_its_zone() -> None:
    attribute = {"Key": "load_balancing.cross_zone.enabled", "Value": "false"}
    zonal = put("TargetGroup.Properties.TargetGroupAttributes", [attribute])
    fewer_than_all = alarm_on(*_HEALTHY, _LESS, 6)

    assert verdict_of(REST, changed(real_document(), fewer_than_all)) is Verdict.KEPT
    assert verdict_of(REST, changed(real_document(), fewer_than_all, zonal)) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("IF(m1<6,1,0)", Verdict.BROKEN),
        ("-m1", Verdict.BROKEN),
        ("m1*0", Verdict.BROKEN),
        ("m1+0", Verdict.KEPT),
        ("IF(m1 > 5 AND m1 < 7, 1, 6)", Verdict.BROKEN),
        ("RATE(m1)", Verdict.UNKNOWN),
    ],
)
def test_expression_on_the_tasks_decides_whether_an_alarm_rests(
    expression: str, verdict: Verdict
) -> None:
    document = changed(real_document(), on(_TASK_ALARM, expression))

    assert verdict_of(REST, document) is verdict


def test_condition_names_the_alarm_and_its_metric() -> None:
    document = changed(real_document(), alarm_on(*_CPU, _GREATER, 80))

    found = result_of(CLAIMS[REST], document).finding

    assert "CPUUtilization keeps MoreAlarm at rest" in found.why


def test_joint_alarm_on_a_resting_and_an_open_alarm_rests() -> None:
    rule = {"Fn::Sub": "ALARM(${TaskFailureAlarm}) AND ALARM(${MoreAlarm})"}
    joint = {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "Properties": {"AlarmRule": rule, "AlarmActions": [{"Ref": "AlertTopic"}]},
    }
    silent = put("MoreAlarm.Properties.ActionsEnabled", value=False)
    document = changed(
        real_document(), alarm_on(*_CPU, _GREATER, 80), silent, put("JointAlarm", joint)
    )

    assert verdict_of(REST, document) is Verdict.KEPT


@pytest.mark.parametrize(
    ("claim", "change", "verdict"),
    [
        (TASKS, on(_TASK_ALARM, "m1+0"), Verdict.KEPT),
        (TASKS, on(_TASK_ALARM, "m1*2"), Verdict.BROKEN),
        (TASKS, on(_TASK_ALARM, "m1*2", Threshold=12), Verdict.KEPT),
        (TASKS, on(_TASK_ALARM, "FILL(m1+0, 6)"), Verdict.BROKEN),
        (TASKS, on(_TASK_ALARM, "RATE(m1)"), Verdict.UNKNOWN),
        (SLOW, on(_SLOW_ALARM, "m1*1000", Threshold=1000), Verdict.KEPT),
        (SLOW, on(_SLOW_ALARM, "m1*1000"), Verdict.KEPT),
        (SLOW, on(_SLOW_ALARM, "m1/1000"), Verdict.BROKEN),
        (SLOW, on(_SLOW_ALARM, "IF(m1>1,m1)"), Verdict.KEPT),
        (SLOW, on(_SLOW_ALARM, "ANOMALY_DETECTION_BAND(m1)"), Verdict.UNKNOWN),
        # A search expression, of which CloudWatch has no alarm, and one on another metric.
        (SLOW, on(_SLOW_ALARM, "SEARCH('{AWS/ApplicationELB}', 'Sum')"), Verdict.BROKEN),
        (TARGETS, on(_SLOW_ALARM, "RATE(m1)"), Verdict.KEPT),
    ],
)
def test_metric_math_that_is_not_evaluated_leaves_an_alarm_open(
    claim: str, change: Change, verdict: Verdict
) -> None:
    assert verdict_of(claim, changed(real_document(), change)) is verdict


def test_alarm_on_an_anomaly_is_not_judged() -> None:
    document = changed(
        real_document(),
        on(_SLOW_ALARM, "ANOMALY_DETECTION_BAND(m1, 2)", ThresholdMetricId="e1"),
        put(f"{_SLOW_ALARM}.Properties.Metrics.0.ReturnData", value=True),
        put(f"{_SLOW_ALARM}.Properties.ComparisonOperator", "GreaterThanUpperThreshold"),
        cut(f"{_SLOW_ALARM}.Properties.Threshold"),
    )

    assert verdict_of(SLOW, document) is Verdict.UNKNOWN
    assert verdict_of(REST, document) is Verdict.UNKNOWN
    assert verdict_of(TARGETS, document) is Verdict.KEPT


def test_alarm_on_a_promql_query_is_not_judged() -> None:
    query = {"PromQLCriteria": {"Query": "rate(errors[1m]) > 0", "PendingPeriod": 60}}
    fields = {"EvaluationCriteria": query, "AlarmActions": [{"Ref": "AlertTopic"}]}
    alarm = put(_SLOW_ALARM, {"Type": "AWS::CloudWatch::Alarm", "Properties": fields})
    document = changed(real_document(), alarm)

    assert verdict_of(SLOW, document) is Verdict.UNKNOWN
    assert verdict_of(REST, document) is Verdict.UNKNOWN
    assert verdict_of(TARGETS, document) is Verdict.KEPT


def test_metric_math_that_returns_two_metrics_is_refused() -> None:
    both = put(f"{_SLOW_ALARM}.Properties.Metrics.0.ReturnData", value=True)

    assert verdict_of(SLOW, changed(real_document(), on(_SLOW_ALARM, "m1"), both)) is Verdict.BROKEN


def test_metrics_query_may_watch_any_metric() -> None:
    query = 'SELECT MAX(TargetResponseTime) FROM "AWS/ApplicationELB"'
    reads = put(f"{_SLOW_ALARM}.Properties.Metrics", [{"Id": "q1", "Expression": query}])
    document = changed(real_document(), on(_SLOW_ALARM, "m1"), reads)

    assert verdict_of(SLOW, document) is Verdict.UNKNOWN
    assert verdict_of(TARGETS, document) is Verdict.KEPT
