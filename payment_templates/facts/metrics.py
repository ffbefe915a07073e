"""The metrics that the services publish: by which dimensions, and which statistics tell what."""

from __future__ import annotations

import re
from dataclasses import dataclass

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
_BALANCER, _GROUP, _ZONE = "LoadBalancer", "TargetGroup", "AvailabilityZone"
_SERVICE = (frozenset({"ClusterName", "ServiceName"}),)
_HOSTS = (frozenset({_BALANCER, _GROUP}), frozenset({_BALANCER, _GROUP, _ZONE}))
_REQUESTS = (frozenset({_BALANCER}), frozenset({_BALANCER, _ZONE}), *_HOSTS)
_DATABASE = (
    frozenset({"DBInstanceIdentifier"}),
    frozenset({"DBClusterIdentifier"}),
    frozenset({"DBClusterIdentifier", "Role"}),
)

# SampleCount counts points, whatever they say; a Sum adds up what several nodes and points say.
_LEVEL = "Average|Maximum|Minimum"
# A time that most, or the slowest, answers take: no Minimum, no low percentile.
_TIME = r"Average|Maximum|p(100|[5-9]\d)(\.\d+)?"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric: its sets of dimensions, and the statistics that say what it is watched for."""

    namespace: str
    name: str
    dimensions: tuple[frozenset[str], ...]
    statistics: str = "(?!SampleCount).+"

    def reports(self, statistic: str) -> bool:
        """Return whether a statistic of it says what it is watched for."""
        return re.fullmatch(self.statistics, statistic) is not None


def _metrics(
    namespace: str, dimensions: tuple[frozenset[str], ...], *names: str, statistics: str = ""
) -> tuple[Metric, ...]:
    kind = Metric(namespace=namespace, name="", dimensions=dimensions)
    return tuple(
        Metric(
            namespace=namespace,
            name=name,
            dimensions=dimensions,
            statistics=statistics or kind.statistics,
        )
        for name in names
    )


_KNOWN = (
    *_metrics(
        "AWS/ApplicationELB", _HOSTS, "HealthyHostCount", "UnHealthyHostCount", statistics=_LEVEL
    ),
    *_metrics("AWS/ApplicationELB", _REQUESTS, "TargetResponseTime", statistics=_TIME),
    *_metrics(
        "AWS/ApplicationELB",
        _REQUESTS,
        *("RequestCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"),
    ),
    *_metrics("AWS/ECS", _SERVICE, "CPUUtilization", "MemoryUtilization"),
    *_metrics("AWS/RDS", _DATABASE, "AuroraReplicaLag", "CPUUtilization", "EngineUptime"),
    *_metrics("AWS/RDS", _DATABASE, "DatabaseConnections", statistics=f"{_LEVEL}|Sum"),
    *_metrics(
        "AWS/Route53", (frozenset({"HealthCheckId"}),), "HealthCheckStatus", statistics=_LEVEL
    ),
    *_metrics("ECS/ContainerInsights", _SERVICE, "DesiredTaskCount", "PendingTaskCount"),
    # The highest of a period hides a task that was missing for a part of it.
    *_metrics("ECS/ContainerInsights", _SERVICE, "RunningTaskCount", statistics="Average|Minimum"),
)
METRICS = {(metric.namespace, metric.name): metric for metric in _KNOWN}
# Names that the services alone publish, each in one namespace: elsewhere no one writes a point.
OWNED = {
    metric.name: metric.namespace
    for metric in _KNOWN
    if metric.name not in {"CPUUtilization", "MemoryUtilization", "RequestCount"}
}
