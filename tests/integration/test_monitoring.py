from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

WATCHED = {
    "database-failover": ("AWS/RDS", "DatabaseConnections", "Maximum"),
    "task-failure": ("ECS/ContainerInsights", "RunningTaskCount", "Minimum"),
    "unhealthy-targets": ("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum"),
    "response-time": ("AWS/ApplicationELB", "TargetResponseTime", "Average"),
}
FIRES = {
    "database-failover": ("LessThanOrEqualToThreshold", 0, "breaching"),
    "task-failure": ("LessThanThreshold", 6, "breaching"),
    "unhealthy-targets": ("GreaterThanThreshold", 0, "breaching"),
    "response-time": ("GreaterThanThreshold", 1, "notBreaching"),
}
EACH_ALARM = pytest.mark.parametrize("thing", list(WATCHED))
EACH_RULE = pytest.mark.parametrize("thing", ["task-stopped", "service-failure"])
EACH_SUBSCRIPTION = pytest.mark.parametrize(
    ("thing", "source_type", "categories"),
    [
        ("cluster-events", "db-cluster", {"failover", "failure"}),
        ("instance-events", "db-instance", {"availability", "failure"}),
    ],
    ids=["cluster", "instances"],
)


@EACH_ALARM
def test_alarm_watches_its_metric(stack: Stack, thing: str) -> None:
    found = alarm(stack, thing)

    assert (found["Namespace"], found["MetricName"], found["Statistic"]) == WATCHED[thing]


@EACH_ALARM
def test_alarm_watches_this_stack(stack: Stack, thing: str) -> None:
    dimensions = {given["Name"]: given["Value"] for given in alarm(stack, thing)["Dimensions"]}

    assert dimensions == watched_dimensions(stack)[thing]


@EACH_ALARM
def test_alarm_fires_when_it_should(stack: Stack, thing: str) -> None:
    found = alarm(stack, thing)

    fires = (found["ComparisonOperator"], found["Threshold"], found["TreatMissingData"])

    assert fires == FIRES[thing]


@EACH_ALARM
def test_alarm_fires_after_one_bad_minute(stack: Stack, thing: str) -> None:
    found = alarm(stack, thing)

    assert (found["Period"], found["EvaluationPeriods"]) == (60, 1)


@EACH_ALARM
def test_alarm_tells_the_topic_of_trouble_and_of_its_end(stack: Stack, thing: str) -> None:
    found = alarm(stack, thing)

    topic = [stack.outputs["AlertTopicArn"]]
    assert found["ActionsEnabled"] is True
    assert (found["AlarmActions"], found["OKActions"]) == (topic, topic)


def test_dashboard_shows_every_alarm(stack: Stack) -> None:
    shown = [arn for widget in widgets(stack) for arn in widget["properties"].get("alarms", [])]

    assert set(shown) == {alarm(stack, thing)["AlarmArn"] for thing in WATCHED}


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
def test_event_rule_is_on_and_looks_at_ecs(stack: Stack, thing: str) -> None:
    rule = stack.ask("events", "describe_rule", Name=name(stack, thing))

    assert rule["State"] == "ENABLED"
    assert json.loads(rule["EventPattern"])["source"] == ["aws.ecs"]


@pytest.mark.parametrize(
    ("thing", "resource"),
    [("task-stopped", "clusterArn"), ("service-failure", "serviceArn")],
    ids=["task stopped", "service failure"],
)
def test_event_rule_looks_at_this_stack_alone(stack: Stack, thing: str, resource: str) -> None:
    answer = stack.ask("events", "describe_rule", Name=name(stack, thing))

    pattern = json.loads(answer["EventPattern"])

    looked_at = pattern.get("resources", pattern["detail"].get("clusterArn"))
    assert looked_at == [resources.service(stack)[resource]]


@EACH_RULE
def test_event_rule_tells_the_topic(stack: Stack, thing: str) -> None:
    targets = stack.ask("events", "list_targets_by_rule", Rule=name(stack, thing))["Targets"]

    assert [target["Arn"] for target in targets] == [stack.outputs["AlertTopicArn"]]


@EACH_SUBSCRIPTION
def test_rds_tells_the_topic(
    stack: Stack, thing: str, source_type: str, categories: set[str]
) -> None:
    subscription = event_subscription(stack, thing)

    assert (subscription["Enabled"], subscription["Status"]) == (True, "active")
    assert subscription["SnsTopicArn"] == stack.outputs["AlertTopicArn"]
    assert subscription["SourceType"] == source_type
    assert set(subscription["EventCategoriesList"]) == categories


def test_rds_tells_of_the_cluster(stack: Stack) -> None:
    sources = event_subscription(stack, "cluster-events")["SourceIdsList"]

    assert sources == [stack.outputs["DatabaseClusterId"]]


def test_rds_tells_of_every_instance(stack: Stack) -> None:
    sources = event_subscription(stack, "instance-events")["SourceIdsList"]

    instances = resources.database_instances(stack)
    assert sorted(sources) == sorted(instance["DBInstanceIdentifier"] for instance in instances)


# Left out: the database's alarm stays in ALARM until the application opens a connection.
@pytest.mark.real_aws("the state of an alarm, which needs a real metric")
@pytest.mark.parametrize("thing", ["task-failure", "unhealthy-targets", "response-time"])
def test_alarm_settles(stack: Stack, thing: str) -> None:
    state = alarm(stack, thing)["StateValue"]

    assert state == "OK"


@pytest.mark.real_aws("the metrics that services write")
# Left out: no one may have sent a request yet, and then there is no response time.
@pytest.mark.parametrize("thing", ["database-failover", "task-failure", "unhealthy-targets"])
def test_metric_that_an_alarm_watches_is_written(stack: Stack, thing: str) -> None:
    namespace, metric, _ = WATCHED[thing]

    answer = stack.ask(
        "cloudwatch",
        "list_metrics",
        Namespace=namespace,
        MetricName=metric,
        Dimensions=alarm(stack, thing)["Dimensions"],
    )

    assert answer["Metrics"]


def alarm(stack: Stack, thing: str) -> Json:
    names = [name(stack, each) for each in WATCHED]
    alarms = stack.ask("cloudwatch", "describe_alarms", AlarmNames=names)["MetricAlarms"]
    (found,) = (each for each in alarms if each["AlarmName"] == name(stack, thing))
    return dict(found)


def watched_dimensions(stack: Stack) -> dict[str, dict[str, str]]:
    # CloudWatch names a load balancer and a target group by the end of their ARNs.
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


def event_subscription(stack: Stack, thing: str) -> Json:
    answer = stack.ask("rds", "describe_event_subscriptions", SubscriptionName=name(stack, thing))
    (subscription,) = answer["EventSubscriptionsList"]
    return dict(subscription)


def name(stack: Stack, thing: str) -> str:
    return f"payment-{thing}-{stack.suffix}"
