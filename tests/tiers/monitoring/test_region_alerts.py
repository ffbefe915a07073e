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
    ("alarm", "expression", "comparison", "threshold"),
    [
        (
            "DatabaseFailoverAlarm",
            "writer + (lag >= 0) + (lagOfSource >= 0)",
            "LessThanOrEqualToThreshold",
            0,
        ),
        ("ReplicationLagAlarm", "lag + lagOfSource + 0 * writer", "GreaterThanThreshold", 10_000),
    ],
)
def test_alarm_fires_in_either_role_and_without_any_data(
    production: View, alarm: str, expression: str, comparison: str, threshold: int
) -> None:
    properties = production.properties(alarm)

    (result,) = (query for query in properties["Metrics"] if query["ReturnData"])
    assert result["Expression"] == expression
    assert (properties["ComparisonOperator"], properties["Threshold"]) == (comparison, threshold)
    assert properties["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("alarm", ["DatabaseFailoverAlarm", "ReplicationLagAlarm"])
def test_alarm_reads_the_writer_and_the_lag_of_its_own_cluster(
    production: View, alarm: str
) -> None:
    queries = production.properties(alarm)["Metrics"]

    stats = {query["Id"]: query["MetricStat"] for query in queries if "MetricStat" in query}

    assert {name: stat["Metric"] for name, stat in stats.items()} == {
        "writer": WRITER,
        "lag": LAG,
        "lagOfSource": LAG | {"Dimensions": [CLUSTER, SOURCE]},
    }
    assert {(stat["Period"], stat["Stat"]) for stat in stats.values()} == {(60, "Maximum")}


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


@pytest.mark.parametrize("alarm", ["ReplicationLagAlarm", "OtherRegionAlarm"])
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
