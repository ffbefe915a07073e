from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

Row = tuple[str, ...]
DATABASE = ("DBClusterIdentifier", "${DatabaseCluster}")
SERVICE = ("ClusterName", "${Cluster}", "ServiceName", "${Service.Name}")
BALANCER = ("LoadBalancer", "${LoadBalancer.LoadBalancerFullName}")
SHOWN = {
    "connections of the writer": ("AWS/RDS", "DatabaseConnections", *DATABASE, "Role", "WRITER"),
    "connections of the readers": ("AWS/RDS", "DatabaseConnections", *DATABASE, "Role", "READER"),
    "replica lag": ("AWS/RDS", "AuroraReplicaLagMaximum", *DATABASE),
    "CPU of the writer": ("AWS/RDS", "CPUUtilization", *DATABASE, "Role", "WRITER"),
    "CPU of the readers": ("AWS/RDS", "CPUUtilization", *DATABASE, "Role", "READER"),
    "running tasks": ("ECS/ContainerInsights", "RunningTaskCount", *SERVICE),
    "pending tasks": ("ECS/ContainerInsights", "PendingTaskCount", *SERVICE),
    "CPU of the tasks": ("AWS/ECS", "CPUUtilization", *SERVICE),
    "latency": ("AWS/ApplicationELB", "TargetResponseTime", *BALANCER),
    "5xx of the tasks": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", *BALANCER),
    "5xx of the load balancer": ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", *BALANCER),
}


@pytest.mark.parametrize("row", SHOWN.values(), ids=SHOWN)
def test_dashboard_shows(template: View, row: Row) -> None:
    shown = {shown for widget in graphs(template) for shown in rows(widget)}

    assert row in shown


@pytest.mark.parametrize("metric", ["HealthyHostCount", "UnHealthyHostCount"])
def test_dashboard_finds_the_targets_of_every_zone(template: View, metric: str) -> None:
    (expression,) = (
        line[0]["expression"]
        for widget in graphs(template)
        for line in widget["metrics"]
        if isinstance(line[0], dict)
    )

    assert f'"{metric}"' in expression
    assert "{AWS/ApplicationELB,AvailabilityZone,LoadBalancer,TargetGroup}" in expression
    assert 'TargetGroup="${TargetGroup.TargetGroupFullName}"' in expression


def test_dashboard_shows_the_state_of_every_alarm(template: View) -> None:
    (widget,) = (widget for widget in widgets(template) if widget["type"] == "alarm")

    shown = widget["properties"]["alarms"]

    assert shown == [f"${{{alarm}.Arn}}" for alarm in template.of_type("AWS::CloudWatch::Alarm")]


# A dashboard is global; its graphs have a region.
def test_every_graph_is_for_this_region(template: View) -> None:
    regions = {widget["region"] for widget in graphs(template)}

    assert regions == {"${AWS::Region}"}


def test_every_graph_has_a_period_of_one_minute(template: View) -> None:
    periods = {widget["period"] for widget in graphs(template)}

    assert periods == {60}


def test_every_graph_has_a_unique_title(template: View) -> None:
    titles = [widget["title"] for widget in graphs(template)]

    assert len(set(titles)) == len(titles) == 7


@pytest.mark.parametrize(
    ("title", "statistic"), [("Tasks", "Minimum"), ("5xx", "Sum"), ("Response time (s)", "p99")]
)
def test_graph_shows_the_worst_value_of_a_minute(
    template: View, title: str, statistic: str
) -> None:
    (widget,) = (widget for widget in graphs(template) if widget["title"] == title)

    assert widget["stat"] == statistic


def widgets(template: View) -> list[Json]:
    body = json.loads(template.only("AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"])
    found: list[Json] = body["widgets"]
    return found


def graphs(template: View) -> list[Json]:
    return [widget["properties"] for widget in widgets(template) if widget["type"] == "metric"]


def rows(graph: Json) -> list[Row]:
    """Return a graph's metrics in full: "." repeats one value of the line above, "..." several."""
    written: list[Row] = []
    lines: list[list[Any]] = [line for line in graph["metrics"] if isinstance(line[0], str)]
    for line in lines:
        above = written[-1] if written else ()
        if line[0] == "...":
            written.append((*above[: len(above) - len(line) + 1], *line[1:]))
        else:
            written.append(
                tuple(above[place] if part == "." else part for place, part in enumerate(line))
            )
    return written
