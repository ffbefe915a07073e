"""Adds the dashboard, which shows the metrics of a failover."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from troposphere import Sub, cloudwatch

from payment_templates import naming

from .database_metrics import LAG
from .metrics import PERIOD_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere import AWSObject

    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.load_balancer import LoadBalancer

Metric = list[str | dict[str, str]]
Widget = dict[str, object]


def add_dashboard(
    scope: Scope,
    *,
    database: Database,
    load_balancer: LoadBalancer,
    compute: Compute,
    alarms: Sequence[cloudwatch.Alarm | cloudwatch.CompositeAlarm],
) -> cloudwatch.Dashboard:
    """Add the dashboard: the state of every alarm, then database, tasks and load balancer.

    Without an alarm that has a condition: CloudFormation refuses a reference to what may not exist.
    """
    tasks = ["ClusterName", _name(compute.cluster), "ServiceName", _name(compute.service, "Name")]
    cluster = ["DBClusterIdentifier", _name(database.cluster)]
    balancer = ["LoadBalancer", _name(load_balancer.balancer, "LoadBalancerFullName")]
    group = _name(load_balancer.target_group, "TargetGroupFullName")
    cpu_of_tasks: Metric = ["AWS/ECS", "CPUUtilization", *tasks]
    widgets = [
        _alarms([alarm for alarm in alarms if "Condition" not in alarm.resource]),
        _graph("Connections", "Maximum", _by_role("DatabaseConnections", cluster)),
        _graph("Replica lag (ms)", "Maximum", [["AWS/RDS", "AuroraReplicaLagMaximum", *cluster]]),
        *_lag_between_regions(scope, _name(database.cluster)),
        _graph("Tasks", "Minimum", _running_and_pending(tasks)),
        _graph("Targets by zone", "Maximum", _by_zone(group)),
        _graph(
            "Response time (s)", "p99", [["AWS/ApplicationELB", "TargetResponseTime", *balancer]]
        ),
        _graph("5xx", "Sum", _errors(balancer)),
        _graph("CPU (%)", "Average", [*_by_role("CPUUtilization", cluster), cpu_of_tasks]),
    ]
    return scope.add(
        cloudwatch.Dashboard(
            "Dashboard",
            DashboardName=naming.physical_name("AWS::CloudWatch::Dashboard", "dashboard"),
            DashboardBody=Sub(json.dumps({"widgets": widgets}, separators=(",", ":"))),
            Tags=naming.tags("dashboard"),
        )
    )


def _name(resource: AWSObject, attribute: str = "") -> str:
    return f"${{{resource.title}.{attribute}}}" if attribute else f"${{{resource.title}}}"


def _alarms(alarms: Sequence[cloudwatch.Alarm | cloudwatch.CompositeAlarm]) -> Widget:
    arns = [_name(alarm, "Arn") for alarm in alarms]
    return {"type": "alarm", "properties": {"alarms": arns}}


def _graph(title: str, statistic: str, metrics: list[Metric]) -> Widget:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "period": PERIOD_SECONDS,
            "stat": statistic,
            "metrics": metrics,
        },
    }


def _by_role(metric: str, cluster: list[str]) -> list[Metric]:
    # "..." repeats the previous line except its last value.
    return [["AWS/RDS", metric, *cluster, "Role", "WRITER"], ["...", "READER"]]


def _lag_between_regions(scope: Scope, name: str) -> list[Widget]:
    if not scope.options.global_database:
        return []
    # A search, because the metric may have the source region as a dimension too.
    found = (
        f'Namespace="AWS/RDS" DBClusterIdentifier="{name}" '
        f'MetricName=("{LAG}" OR "AuroraGlobalDBRPOLag")'
    )
    lag: list[Metric] = [[{"expression": f"SEARCH('{found}','Maximum')"}]]
    return [_graph("Lag between regions (ms)", "Maximum", lag)]


def _running_and_pending(tasks: list[str]) -> list[Metric]:
    # "." repeats the value above it.
    return [
        ["ECS/ContainerInsights", "RunningTaskCount", *tasks],
        [".", "PendingTaskCount", *"...."],
    ]


def _by_zone(group: str) -> list[Metric]:
    # A search, because the zone names are known only in CloudWatch.
    found = (
        "{AWS/ApplicationELB,AvailabilityZone,LoadBalancer,TargetGroup} "
        f'TargetGroup="{group}" MetricName=("HealthyHostCount" OR "UnHealthyHostCount")'
    )
    return [[{"expression": f"SEARCH('{found}','Maximum')"}]]


def _errors(balancer: list[str]) -> list[Metric]:
    return [
        ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", *balancer],
        [".", "HTTPCode_ELB_5XX_Count", *".."],
    ]
