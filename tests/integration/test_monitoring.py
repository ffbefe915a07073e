from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

METRICS = {
    "database-failover": ("AWS/RDS", "DatabaseConnections", "Maximum"),
    "task-failure": ("ECS/ContainerInsights", "RunningTaskCount", "Minimum"),
    "unhealthy-targets": ("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum"),
    "response-time": ("AWS/ApplicationELB", "TargetResponseTime", "Average"),
}
THRESHOLDS = {
    "database-failover": ("LessThanOrEqualToThreshold", 0, "breaching"),
    # Its threshold is the number of tasks of the profile.
    "task-failure": ("LessThanThreshold", None, "breaching"),
    "unhealthy-targets": ("GreaterThanThreshold", 0, "breaching"),
    "response-time": ("GreaterThanThreshold", 1, "notBreaching"),
}
EACH_ALARM = pytest.mark.parametrize("short_name", list(METRICS))
EACH_RULE = pytest.mark.parametrize("short_name", ["task-stopped", "service-failure"])
EACH_SUBSCRIPTION = pytest.mark.parametrize(
    ("short_name", "source_type", "categories"),
    [
        # And global-failover, with a global database.
        ("cluster-events", "db-cluster", {"failover", "failure"}),
        ("instance-events", "db-instance", {"availability", "failure"}),
    ],
    ids=["cluster", "instances"],
)


@EACH_ALARM
def test_alarm_monitors_its_metric(stack: Stack, short_name: str) -> None:
    found = alarm(stack, short_name)

    assert (found["Namespace"], found["MetricName"], found["Statistic"]) == METRICS[short_name]


@EACH_ALARM
def test_alarm_monitors_this_stack(stack: Stack, short_name: str) -> None:
    found = alarm(stack, short_name)

    dimensions = {given["Name"]: given["Value"] for given in found["Dimensions"]}

    assert dimensions == expected_dimensions(stack)[short_name]


@EACH_ALARM
def test_alarm_has_its_threshold(stack: Stack, short_name: str) -> None:
    found = alarm(stack, short_name)

    comparison, threshold, missing = THRESHOLDS[short_name]
    if short_name == "database-failover" and stack.profile.global_database:
        # One of two regions has no writer: another alarm reports that neither role has data.
        missing = "missing"
    assert (found["ComparisonOperator"], found["TreatMissingData"]) == (comparison, missing)
    assert found["Threshold"] == (stack.profile.tasks if threshold is None else threshold)


@EACH_ALARM
def test_alarm_fires_after_one_bad_minute(stack: Stack, short_name: str) -> None:
    periods = alarm(stack, short_name)["EvaluationPeriods"]

    assert (alarm(stack, short_name)["Period"], periods) == (60, 1)


@EACH_ALARM
def test_alarm_notifies_the_topic_when_it_fires_and_recovers(stack: Stack, short_name: str) -> None:
    found = alarm(stack, short_name)

    topic = [stack.outputs["AlertTopicArn"]]
    assert found["ActionsEnabled"] is True
    assert (found["AlarmActions"], found["OKActions"]) == (topic, topic)


def test_dashboard_shows_every_alarm(stack: Stack) -> None:
    shown = [arn for widget in widgets(stack) for arn in widget["properties"].get("alarms", [])]

    names = [arn.split(":alarm:")[-1] for arn in shown]
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    alarms = {it for kind in kinds for it in resources.of_type(stack, kind)}
    if stack.profile.global_database:
        # It exists in the home region alone, and the dashboard in both.
        alarms.discard(name(stack, "backup-missing"))
    assert sorted(names) == sorted(alarms)


def test_region_without_a_writer_and_a_copy_is_an_alert(stack: Stack) -> None:
    if not stack.profile.global_database:
        pytest.skip("the database has one region")
    names = [name(stack, "database-silent")]
    types = ["CompositeAlarm"]

    answer = stack.ask("cloudwatch", "describe_alarms", AlarmNames=names, AlarmTypes=types)

    (found,) = answer["CompositeAlarms"]
    parts = ("database-failover", "replication-lag", "replication-lag-of-source")
    silent = [f"INSUFFICIENT_DATA({name(stack, each)})" for each in parts]
    assert found["AlarmRule"] == " AND ".join(silent)
    assert found["AlarmActions"] == [stack.outputs["AlertTopicArn"]]


@pytest.mark.parametrize(
    "metric",
    [
        "DatabaseConnections",
        "AuroraReplicaLagMaximum",
        "RunningTaskCount",
        "TargetResponseTime",
        "HealthyHostCount",
        "CPUUtilization",
    ],
)
def test_dashboard_shows_the_metric(stack: Stack, metric: str) -> None:
    shown = [json.dumps(widget["properties"].get("metrics", [])) for widget in widgets(stack)]

    assert any(metric in metrics for metrics in shown)


def test_dashboard_shows_the_stacks_own_region(stack: Stack) -> None:
    metrics = [widget for widget in widgets(stack) if widget["type"] == "metric"]

    assert {widget["properties"]["region"] for widget in metrics} == {stack.region}


@EACH_RULE
def test_event_rule_is_enabled_and_matches_ecs(stack: Stack, short_name: str) -> None:
    rule = stack.ask("events", "describe_rule", Name=name(stack, short_name))

    assert rule["State"] == "ENABLED"
    assert json.loads(rule["EventPattern"])["source"] == ["aws.ecs"]


@pytest.mark.parametrize(
    ("short_name", "resource"),
    [("task-stopped", "clusterArn"), ("service-failure", "serviceArn")],
    ids=["task stopped", "service failure"],
)
def test_event_rule_matches_only_this_stack(stack: Stack, short_name: str, resource: str) -> None:
    answer = stack.ask("events", "describe_rule", Name=name(stack, short_name))

    pattern = json.loads(answer["EventPattern"])

    matched = pattern.get("resources", pattern["detail"].get("clusterArn"))
    assert matched == [resources.service(stack)[resource]]


@EACH_RULE
def test_event_rule_notifies_the_topic(stack: Stack, short_name: str) -> None:
    targets = stack.ask("events", "list_targets_by_rule", Rule=name(stack, short_name))["Targets"]

    assert [target["Arn"] for target in targets] == [stack.outputs["AlertTopicArn"]]


@EACH_SUBSCRIPTION
def test_rds_notifies_the_topic(
    stack: Stack, short_name: str, source_type: str, categories: set[str]
) -> None:
    subscription = event_subscription(stack, short_name)

    assert (subscription["Enabled"], subscription["Status"]) == (True, "active")
    assert subscription["SnsTopicArn"] == stack.outputs["AlertTopicArn"]
    assert subscription["SourceType"] == source_type
    is_global = stack.profile.global_database and source_type == "db-cluster"
    expected = categories | {"global-failover"} if is_global else categories
    assert set(subscription["EventCategoriesList"]) == expected


def test_rds_reports_events_of_the_cluster(stack: Stack) -> None:
    sources = event_subscription(stack, "cluster-events")["SourceIdsList"]

    assert sources == [stack.outputs["DatabaseClusterId"]]


def test_rds_reports_events_of_every_instance(stack: Stack) -> None:
    sources = event_subscription(stack, "instance-events")["SourceIdsList"]

    instances = resources.database_instances(stack)
    assert sorted(sources) == sorted(instance["DBInstanceIdentifier"] for instance in instances)


# Without the database's alarm, which stays in ALARM until the application opens a connection.
@pytest.mark.real_aws("the state of an alarm, which needs a real metric")
@pytest.mark.parametrize("short_name", ["task-failure", "unhealthy-targets", "response-time"])
def test_alarm_is_ok(stack: Stack, short_name: str) -> None:
    state = alarm(stack, short_name)["StateValue"]

    assert state == "OK"


@pytest.mark.real_aws("the metrics that services write")
# Without the response time, which has no data before the first request.
@pytest.mark.parametrize("short_name", ["database-failover", "task-failure", "unhealthy-targets"])
def test_metric_of_an_alarm_has_data(stack: Stack, short_name: str) -> None:
    namespace, metric, _ = METRICS[short_name]

    answer = stack.ask(
        "cloudwatch",
        "list_metrics",
        Namespace=namespace,
        MetricName=metric,
        Dimensions=alarm(stack, short_name)["Dimensions"],
    )

    # A region without the writer has none of its metrics.
    assert answer["Metrics"] or (
        short_name == "database-failover" and not resources.has_writer(stack)
    )


def alarm(stack: Stack, short_name: str) -> Json:
    names = [name(stack, each) for each in METRICS]
    alarms = stack.ask("cloudwatch", "describe_alarms", AlarmNames=names)["MetricAlarms"]
    (found,) = (each for each in alarms if each["AlarmName"] == name(stack, short_name))
    return dict(found)


def expected_dimensions(stack: Stack) -> dict[str, dict[str, str]]:
    # CloudWatch's dimensions are the last parts of the ARNs.
    balancer = stack.outputs["LoadBalancerArn"].split(":loadbalancer/")[1]
    group = stack.outputs["TargetGroupArn"].split(":")[-1]
    cluster, service = stack.outputs["ClusterName"], stack.outputs["ServiceName"]
    database = stack.outputs["DatabaseClusterId"]
    return {
        "database-failover": {"DBClusterIdentifier": database, "Role": "WRITER"},
        "task-failure": {"ClusterName": cluster, "ServiceName": service},
        "unhealthy-targets": {"LoadBalancer": balancer, "TargetGroup": group},
        "response-time": {"LoadBalancer": balancer},
    }


def widgets(stack: Stack) -> list[Json]:
    dashboard = stack.outputs["DashboardName"]
    answer = stack.ask("cloudwatch", "get_dashboard", DashboardName=dashboard)
    shown: list[Json] = json.loads(answer["DashboardBody"])["widgets"]
    return shown


def event_subscription(stack: Stack, short_name: str) -> Json:
    answer = stack.ask(
        "rds", "describe_event_subscriptions", SubscriptionName=name(stack, short_name)
    )
    (subscription,) = answer["EventSubscriptionsList"]
    return dict(subscription)


def name(stack: Stack, short_name: str) -> str:
    return f"payment-{short_name}-{stack.suffix}"
