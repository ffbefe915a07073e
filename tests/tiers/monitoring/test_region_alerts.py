"""Tests the alarms that know two roles of a region: the one that writes and the one that copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

REGIONS = pytest.mark.parametrize(
    ("region", "other"),
    [("us-east-1", "${SecondRegion}"), ("us-west-2", "${DatabaseHomeRegion}")],
    ids=["home", "second"],
)
CLUSTER = {"Name": "DBClusterIdentifier", "Value": {"Ref": "DatabaseCluster"}}
WRITER = {
    "Namespace": "AWS/RDS",
    "MetricName": "DatabaseConnections",
    "Dimensions": [CLUSTER, {"Name": "Role", "Value": "WRITER"}],
}
LAG = {"Namespace": "AWS/RDS", "MetricName": "AuroraGlobalDBProgressLag", "Dimensions": [CLUSTER]}
SOURCE = {
    "Name": "SourceRegion",
    "Value": {"Fn::If": ["IsDatabaseHome", {"Ref": "SecondRegion"}, {"Ref": "DatabaseHomeRegion"}]},
}


@pytest.mark.parametrize(
    ("alarm", "metric", "fires"),
    [
        ("DatabaseFailoverAlarm", WRITER, ("LessThanOrEqualToThreshold", 0)),
        ("ReplicationLagAlarm", LAG, ("GreaterThanThreshold", 10_000)),
        (
            "ReplicationLagOfSourceAlarm",
            LAG | {"Dimensions": [CLUSTER, SOURCE]},
            ("GreaterThanThreshold", 10_000),
        ),
    ],
)
def test_alarm_of_one_role_reads_one_metric_and_rests_without_data(
    production: View, alarm: str, metric: Json, fires: tuple[str, int]
) -> None:
    properties = production.properties(alarm)

    assert {name: properties[name] for name in metric} == metric
    assert (properties["ComparisonOperator"], properties["Threshold"]) == fires
    assert (properties["Period"], properties["Statistic"]) == (60, "Maximum")
    assert properties["TreatMissingData"] == "missing"


def test_region_that_neither_writes_nor_copies_is_an_alert(production: View) -> None:
    properties = production.properties("DatabaseSilentAlarm")

    assert properties["AlarmRule"] == {
        "Fn::Sub": "INSUFFICIENT_DATA(${DatabaseFailoverAlarm})"
        " AND INSUFFICIENT_DATA(${ReplicationLagAlarm})"
        " AND INSUFFICIENT_DATA(${ReplicationLagOfSourceAlarm})"
    }
    assert properties["AlarmActions"] == properties["OKActions"] == [{"Ref": "AlertTopic"}]


def test_deletion_of_the_stack_is_no_silence(production: View) -> None:
    assert "Service" in production.depends_on("DatabaseSilentAlarm")


def test_standard_stack_joins_no_alarms(template: View) -> None:
    assert not template.of_type("AWS::CloudWatch::CompositeAlarm")


@REGIONS
def test_heartbeat_goes_to_the_other_region_every_minute(
    production: View, region: str, other: str
) -> None:
    rule = production.deployed(**{"AWS::Region": region}).properties("HeartbeatRule")

    (target,) = rule["Targets"]
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert target["Arn"] == bus(other)
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 3}


@REGIONS
def test_heartbeat_may_do_nothing_else(production: View, region: str, other: str) -> None:
    deployed = production.deployed(**{"AWS::Region": region})

    (statement,) = deployed.statements("HeartbeatPolicy")

    assert (statement["Action"], statement["Resource"]) == (["events:PutEvents"], [bus(other)])


def test_heartbeat_never_lacks_its_permission(production: View) -> None:
    assert "HeartbeatPolicy" in production.depends_on("HeartbeatRule")


def test_failed_heartbeat_is_an_alert(production: View) -> None:
    alarm = production.properties("OtherRegionAlarm")

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Events", "FailedInvocations")
    assert alarm["Dimensions"] == [{"Name": "RuleName", "Value": {"Ref": "HeartbeatRule"}}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    # A minute without a failure has no point.
    assert alarm["TreatMissingData"] == "notBreaching"


def test_heartbeat_that_stopped_is_an_alert(production: View) -> None:
    alarm = production.properties("HeartbeatAlarm")

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Events", "Invocations")
    assert alarm["Dimensions"] == [{"Name": "RuleName", "Value": {"Ref": "HeartbeatRule"}}]
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Sum", "LessThanThreshold")
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1, 2)
    # EventBridge sends no zeros.
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize(
    "alarm",
    ["ReplicationLagAlarm", "ReplicationLagOfSourceAlarm", "OtherRegionAlarm", "HeartbeatAlarm"],
)
def test_loss_of_a_region_notifies_the_topic_of_the_other(production: View, alarm: str) -> None:
    properties = production.properties(alarm)

    assert properties["AlarmActions"] == [{"Ref": "AlertTopic"}]


def test_standard_stack_has_no_heartbeat(template: View) -> None:
    assert "HeartbeatRule" not in template.resources


def test_switchover_between_regions_is_an_alert(production: View) -> None:
    subscription = production.properties("DatabaseClusterEvents")

    assert subscription["EventCategories"] == ["failover", "failure", "global-failover"]


def bus(region: str) -> Json:
    place = f"events:{region}:${{AWS::AccountId}}"
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{place}:event-bus/default"}
