"""Alarms on a metric that is not the one of the stack, or not certainly."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, put
from tests.evidence.templates import CLAIMS, real_document, result_of, verdict_of

TARGETS, TASKS, DATABASE = "alarm-on-targets", "alarm-on-tasks", "alarm-on-database"
SLOW = "alarm-on-response-time"
ALARM = "UnhealthyTargetAlarm.Properties"


def of_account(alarm: str, account: object) -> Change:
    """Write the metric of an alarm as metric math with an account."""

    def change(document: Json) -> None:
        fields = document["Resources"][alarm]["Properties"]
        metric = {name: fields.pop(name) for name in ("Namespace", "MetricName", "Dimensions")}
        stat = {"Metric": metric, "Period": fields.pop("Period"), "Stat": fields.pop("Statistic")}
        fields["Metrics"] = [{"Id": "m1", "AccountId": account, "MetricStat": stat}]

    return change


@pytest.mark.parametrize(
    ("claim", "alarm"),
    [
        (TARGETS, "UnhealthyTargetAlarm"),
        (TASKS, "TaskFailureAlarm"),
        (DATABASE, "DatabaseFailoverAlarm"),
    ],
)
def test_metric_of_another_account_leaves_open_whether_an_alarm_fires(
    claim: str, alarm: str
) -> None:
    document = changed(real_document(), of_account(alarm, "999999999999"))

    assert verdict_of(claim, document) is Verdict.UNKNOWN


def test_metric_of_the_own_account_keeps_the_promise() -> None:
    own = of_account("UnhealthyTargetAlarm", {"Ref": "AWS::AccountId"})

    assert verdict_of(TARGETS, changed(real_document(), own)) is Verdict.KEPT


def test_alarm_on_a_group_without_service_is_broken() -> None:
    group: Json = {"VpcId": {"Ref": "Vpc"}, "TargetType": "ip", "Protocol": "HTTP", "Port": 80}
    document = changed(
        real_document(),
        put("Other", {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": group}),
        put(f"{ALARM}.Dimensions.1.Value", {"Fn::GetAtt": ["Other", "TargetGroupFullName"]}),
    )

    assert verdict_of(TARGETS, document) is Verdict.BROKEN


@pytest.mark.parametrize(
    ("statistic", "verdict"),
    [
        ("Minimum", Verdict.CONDITIONAL),
        ("Average", Verdict.KEPT),
        ("Sum", Verdict.KEPT),
        ("SampleCount", Verdict.BROKEN),
    ],
)
def test_statistic_decides_whether_the_first_target_counts(
    statistic: str, verdict: Verdict
) -> None:
    document = changed(real_document(), put(f"{ALARM}.Statistic", statistic))

    assert verdict_of(TARGETS, document) is verdict


@pytest.mark.parametrize(
    ("unit", "verdict"), [("Seconds", Verdict.UNKNOWN), ("Milliseconds", Verdict.BROKEN)]
)
def test_unit_of_a_metric_is_not_documented(unit: str, verdict: Verdict) -> None:
    document = changed(real_document(), put("ResponseTimeAlarm.Properties.Unit", unit))

    assert verdict_of(SLOW, document) is verdict


@pytest.mark.parametrize(
    "claim",
    ["health-check-every-five-seconds", "load-balancer-checks-and-drains", "valid-template"],
)
def test_target_group_without_health_checks_is_broken(claim: str) -> None:
    document = changed(real_document(), put("TargetGroup.Properties.HealthCheckEnabled", "false"))

    assert verdict_of(claim, document) is Verdict.BROKEN


@pytest.mark.parametrize(
    ("account", "verdict"),
    [("999999999999", Verdict.CONDITIONAL), ("${AWS::AccountId}", Verdict.KEPT)],
)
def test_dashboard_may_show_the_metrics_of_another_account(account: str, verdict: Verdict) -> None:
    def change(document: Json) -> None:
        body = document["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
        name = '"ServiceName","${Service.Name}"'
        assert name in body["Fn::Sub"]
        body["Fn::Sub"] = body["Fn::Sub"].replace(name, f'{name},{{"accountId":"{account}"}}', 1)

    assert verdict_of("dashboard-shows-failover", changed(real_document(), change)) is verdict


@pytest.mark.parametrize("statistic", ["Maximum", "Sum"])
def test_statistic_that_hides_a_missing_task_may_show_several(statistic: str) -> None:
    document = changed(real_document(), put("TaskFailureAlarm.Properties.Statistic", statistic))

    found = result_of(CLAIMS[TASKS], document).finding

    assert found.verdict is Verdict.BROKEN
    assert found.why == (
        f"TaskFailureAlarm may not fire: {statistic} of RunningTaskCount does not show the fault"
    )
