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
    """What an alarm watches, and when it goes off."""

    metric: tuple[str, str]
    dimensions: Json
    goes_off: tuple[str, str, int]
    without_data: str


# The dimensions are those under which the metric really carries data.
ALARMS = {
    "DatabaseFailoverAlarm": Watched(
        metric=("AWS/RDS", "DatabaseConnections"),
        dimensions={"DBClusterIdentifier": {"Ref": "DatabaseCluster"}, "Role": "WRITER"},
        goes_off=("Maximum", "LessThanOrEqualToThreshold", 0),
        without_data="breaching",
    ),
    "TaskFailureAlarm": Watched(
        # AWS/ECS has no such metric.
        metric=("ECS/ContainerInsights", "RunningTaskCount"),
        dimensions={
            "ClusterName": {"Ref": "Cluster"},
            "ServiceName": {"Fn::GetAtt": ["Service", "Name"]},
        },
        goes_off=("Minimum", "LessThanThreshold", 6),
        without_data="breaching",
    ),
    "UnhealthyTargetAlarm": Watched(
        metric=("AWS/ApplicationELB", "UnHealthyHostCount"),
        dimensions={
            **BALANCER,
            "TargetGroup": {"Fn::GetAtt": ["TargetGroup", "TargetGroupFullName"]},
        },
        goes_off=("Maximum", "GreaterThanThreshold", 0),
        without_data="breaching",
    ),
    "ResponseTimeAlarm": Watched(
        metric=("AWS/ApplicationELB", "TargetResponseTime"),
        dimensions=BALANCER,
        goes_off=("Average", "GreaterThanThreshold", 1),
        # A minute without a request has no response time.
        without_data="notBreaching",
    ),
}
for_every_alarm = pytest.mark.parametrize("alarm", ALARMS)


@for_every_alarm
def test_alarm_that_is_silenced_by_hand_is_drift(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties["ActionsEnabled"] is True


def test_there_are_the_four_specified_alarms(template: View) -> None:
    alarms = template.of_type("AWS::CloudWatch::Alarm")

    assert set(alarms) == set(ALARMS)


@for_every_alarm
def test_alarm_watches_its_metric(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert (properties["Namespace"], properties["MetricName"]) == ALARMS[alarm].metric


@for_every_alarm
def test_alarm_watches_the_series_that_carries_data(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    dimensions = {entry["Name"]: entry["Value"] for entry in properties["Dimensions"]}

    assert dimensions == ALARMS[alarm].dimensions


@for_every_alarm
def test_alarm_goes_off_at_its_threshold(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    names = ("Statistic", "ComparisonOperator", "Threshold")
    assert tuple(properties[name] for name in names) == ALARMS[alarm].goes_off


@for_every_alarm
def test_alarm_knows_what_silence_means(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties["TreatMissingData"] == ALARMS[alarm].without_data


@for_every_alarm
def test_alarm_needs_one_minute(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert (properties["Period"], properties["EvaluationPeriods"]) == (60, 1)


@for_every_alarm
def test_alarm_goes_off_at_the_first_point(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties.get("DatapointsToAlarm", 1) == 1


@for_every_alarm
def test_alarm_is_switched_on(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties.get("ActionsEnabled", True) is True


@pytest.mark.parametrize("actions", ["AlarmActions", "OKActions"])
@for_every_alarm
def test_alarm_tells_the_topic(template: View, alarm: str, actions: str) -> None:
    properties = template.properties(alarm)

    assert properties[actions] == TOPIC


@for_every_alarm
def test_alarm_says_what_is_wrong(template: View, alarm: str) -> None:
    properties = template.properties(alarm)

    assert properties["AlarmDescription"]


# Else the creation of the stack would set it off, and so would the deletion.
@for_every_alarm
def test_alarm_watches_only_while_there_is_a_service(template: View, alarm: str) -> None:
    awaited = template.depends_on(alarm)

    assert "Service" in awaited
