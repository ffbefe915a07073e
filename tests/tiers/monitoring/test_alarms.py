from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

TOPIC = [{"Ref": "AlertTopic"}]
BALANCER = {"LoadBalancer": {"Fn::GetAtt": ["LoadBalancer", "LoadBalancerFullName"]}}


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What an alarm evaluates, and when it fires."""

    metric: tuple[str, str]
    dimensions: Json
    fires: tuple[str, str, int]
    without_data: str


# The dimensions are those for which the metric has data.
ALARMS = {
    "DatabaseFailoverAlarm": Watched(
        metric=("AWS/RDS", "DatabaseConnections"),
        dimensions={"DBClusterIdentifier": {"Ref": "DatabaseCluster"}, "Role": "WRITER"},
        fires=("Maximum", "LessThanOrEqualToThreshold", 0),
        without_data="breaching",
    ),
    "TaskFailureAlarm": Watched(
        # AWS/ECS has no such metric.
        metric=("ECS/ContainerInsights", "RunningTaskCount"),
        dimensions={
            "ClusterName": {"Ref": "Cluster"},
            "ServiceName": {"Fn::GetAtt": ["Service", "Name"]},
        },
        fires=("Minimum", "LessThanThreshold", 6),
        without_data="breaching",
    ),
    "UnhealthyTargetAlarm": Watched(
        metric=("AWS/ApplicationELB", "UnHealthyHostCount"),
        dimensions={
            **BALANCER,
            "TargetGroup": {"Fn::GetAtt": ["TargetGroup", "TargetGroupFullName"]},
        },
        fires=("Maximum", "GreaterThanThreshold", 0),
        without_data="breaching",
    ),
    "ResponseTimeAlarm": Watched(
        metric=("AWS/ApplicationELB", "TargetResponseTime"),
        dimensions=BALANCER,
        fires=("Average", "GreaterThanThreshold", 1),
        # A minute without a request has no response time.
        without_data="notBreaching",
    ),
}
for_every_alarm = pytest.mark.parametrize("alarm", ALARMS)


@for_every_alarm
def test_silenced_alarm_is_drift(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties["ActionsEnabled"] is True


def test_there_are_the_four_specified_alarms(template: View) -> None:
    alarms = template.of_type("AWS::CloudWatch::Alarm")

    assert set(alarms) == set(ALARMS)


@for_every_alarm
def test_alarm_evaluates_its_metric(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert (properties["Namespace"], properties["MetricName"]) == ALARMS[alarm].metric


@for_every_alarm
def test_alarm_uses_dimensions_that_have_data(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    dimensions = {entry["Name"]: entry["Value"] for entry in properties["Dimensions"]}

    assert dimensions == ALARMS[alarm].dimensions


@for_every_alarm
def test_alarm_fires_at_its_threshold(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    names = ("Statistic", "ComparisonOperator", "Threshold")
    assert tuple(properties[name] for name in names) == ALARMS[alarm].fires


@for_every_alarm
def test_alarm_treats_missing_data(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties["TreatMissingData"] == ALARMS[alarm].without_data


@for_every_alarm
def test_alarm_evaluates_one_minute(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert (properties["Period"], properties["EvaluationPeriods"]) == (60, 1)


@for_every_alarm
def test_alarm_fires_at_the_first_data_point(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties.get("DatapointsToAlarm", 1) == 1


@for_every_alarm
def test_alarm_is_enabled(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties.get("ActionsEnabled", True) is True


@pytest.mark.parametrize("actions", ["AlarmActions", "OKActions"])
@for_every_alarm
def test_alarm_notifies_the_topic(template: View, alarm: str, actions: str) -> None:
    properties = template.properties(alarm)

    assert properties[actions] == TOPIC


@for_every_alarm
def test_alarm_has_a_description(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties["AlarmDescription"]


# Otherwise creating or deleting the stack would fire the alarm.
@for_every_alarm
def test_alarm_exists_only_while_the_service_exists(template: View, alarm: str) -> None:
    dependencies = template.depends_on(alarm)

    assert "Service" in dependencies


# Nine of eighteen tasks may be missing before TaskFailureAlarm fires.
def test_missing_tasks_are_noticed_while_scaled_out(production: View, template: View) -> None:
    alarm = production.properties("MissingTasksAlarm")

    metrics = {query["Id"]: query for query in alarm["Metrics"]}

    assert metrics["result"]["Expression"] == "desired - running"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert alarm["EvaluationPeriods"] == 3
    assert "MissingTasksAlarm" not in template.of_type("AWS::CloudWatch::Alarm")
