"""Whether an alarm on a service's metric can ever fire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerts import Alarm

# Metrics that the services publish, with the sets of dimensions that they publish them by:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
_BALANCER, _GROUP, _ZONE = "LoadBalancer", "TargetGroup", "AvailabilityZone"
_SERVICE = ({"ClusterName", "ServiceName"},)
_HOSTS = ({_BALANCER, _GROUP}, {_BALANCER, _GROUP, _ZONE})
_REQUESTS = ({_BALANCER}, {_BALANCER, _ZONE}, *_HOSTS)
_DATABASE = ({"DBInstanceIdentifier"}, {"DBClusterIdentifier"}, {"DBClusterIdentifier", "Role"})
_METRICS: dict[str, dict[str, tuple[set[str], ...]]] = {
    "AWS/ApplicationELB": {
        **dict.fromkeys(("HealthyHostCount", "UnHealthyHostCount"), _HOSTS),
        **dict.fromkeys(("RequestCount", "TargetResponseTime"), _REQUESTS),
        **dict.fromkeys(("HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"), _REQUESTS),
    },
    "AWS/ECS": dict.fromkeys(("CPUUtilization", "MemoryUtilization"), _SERVICE),
    "AWS/RDS": dict.fromkeys(
        ("AuroraReplicaLag", "CPUUtilization", "DatabaseConnections", "EngineUptime"), _DATABASE
    ),
    "AWS/Route53": {"HealthCheckStatus": ({"HealthCheckId"},)},
    "ECS/ContainerInsights": dict.fromkeys(
        ("DesiredTaskCount", "PendingTaskCount", "RunningTaskCount"), _SERVICE
    ),
}
# What the value of a dimension must refer to: the type, and the attribute (none: its Ref).
_DIMENSIONS = {
    "ClusterName": ("AWS::ECS::Cluster", ""),
    "DBClusterIdentifier": ("AWS::RDS::DBCluster", ""),
    "DBInstanceIdentifier": ("AWS::RDS::DBInstance", ""),
    "HealthCheckId": ("AWS::Route53::HealthCheck", ""),
    "LoadBalancer": ("AWS::ElasticLoadBalancingV2::LoadBalancer", ".LoadBalancerFullName"),
    "ServiceName": ("AWS::ECS::Service", ".Name"),
    "TargetGroup": ("AWS::ElasticLoadBalancingV2::TargetGroup", ".TargetGroupFullName"),
}
# The services publish one point a minute: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
METRIC_SECONDS = 60


def why_never_fires(topology: Topology, alarm: Alarm) -> str:
    """Say why an alarm on a service's metric can never fire, empty when it can."""
    if not alarm.namespace.startswith(("AWS/", "ECS/")):
        return ""
    return next(_alarm_problems(topology, alarm), "")


def _alarm_problems(topology: Topology, alarm: Alarm) -> Iterator[str]:
    known = _METRICS.get(alarm.namespace, {}).get(alarm.metric)
    if known is None:
        yield f"{alarm.namespace} has no metric {alarm.metric}"
        return
    if set(alarm.dimensions) not in known:
        yield f"{alarm.metric} has no points by {', '.join(alarm.dimensions) or 'no dimension'}"
        return
    for name, value in alarm.dimensions.items():
        if problem := _dimension_problem(topology, name, value):
            yield problem
    if alarm.period_seconds % METRIC_SECONDS:
        yield f"{alarm.metric} has a point a minute, the period is {alarm.period_seconds:g} s"
    if alarm.namespace == "AWS/Route53" and topology.stack.region != "us-east-1":
        yield "the metrics of health checks are in us-east-1 alone"
    if alarm.namespace == "ECS/ContainerInsights" and not _has_insights(topology, alarm):
        yield "Container Insights is off, so there is no such metric"


def _dimension_problem(topology: Topology, name: str, value: str) -> str:
    if name not in _DIMENSIONS:
        return ""
    kind, attribute = _DIMENSIONS[name]
    names = [resource.logical_id for resource in topology.stack.of_type(kind)]
    if value in {f"${{{logical_id}{attribute}}}" for logical_id in names}:
        return ""
    return f"the dimension {name} is {value}, no {kind} of the stack"


def _has_insights(topology: Topology, alarm: Alarm) -> bool:
    name = re.sub(r"[${}]", "", alarm.dimensions["ClusterName"])
    cluster = topology.stack.of(name, "AWS::ECS::Cluster")
    settings = cluster.fields.pairs("ClusterSettings", key="Name") if cluster else {}
    return settings.get("containerInsights") in {"enabled", "enhanced"}
