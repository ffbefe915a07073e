"""Lists CloudWatch metrics of AWS services, with their dimensions and useful statistics."""

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
# Of secondary clusters: the Aurora labs find the metric under DBClusterIdentifier and SourceRegion,
# and Aurora's list of dimensions has each of the two alone:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
# https://awsauroralabsmy.com/global/cw/
_REPLICATION = (
    frozenset({"DBClusterIdentifier", "SourceRegion"}),
    frozenset({"DBClusterIdentifier"}),
    frozenset({"SourceRegion"}),
)
# "Some CloudWatch metrics, such as replication lag, are only available for secondary Regions":
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
LAG_METRICS = (
    *("AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag"),
    "AuroraGlobalDBProgressLag",
)
# A vault has a point of it only for a nonzero number, and one for each resource type:
# https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html
# The dimensions are those of
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/supported-metrics-tags-telemetry.html
AWS_BACKUP_METRICS = "AWS/Backup"
COMPLETED_BACKUPS = "NumberOfBackupJobsCompleted"
# Of each certificate, imported ones too, until it expires:
# https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html
CERTIFICATE_METRICS = "AWS/CertificateManager"
DAYS_TO_EXPIRY = "DaysToExpiry"
# Route 53 publishes the metrics of health checks only here:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
HEALTH_CHECK_REGION = "us-east-1"

# SampleCount ignores the values, and Sum adds the values of several nodes and data points.
_LEVEL = "Average|Maximum|Minimum"
# Response times: Minimum and low percentiles hide slow responses.
_TIME = r"Average|Maximum|p(100|[5-9]\d)(\.\d+)?"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric: the dimension sets under which it is published, and its useful statistics."""

    namespace: str
    name: str
    dimensions: tuple[frozenset[str], ...]
    # A regular expression for the useful statistics.
    statistics: str = "(?!SampleCount).+"

    def reports(self, statistic: str) -> bool:
        """Return whether a statistic is useful for an alarm on this metric."""
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
    *_metrics("AWS/ApplicationELB", _HOSTS, "HealthyHostCount", statistics=_LEVEL),
    # A sum of counts is above 0 exactly if one of them is.
    *_metrics("AWS/ApplicationELB", _HOSTS, "UnHealthyHostCount", statistics=f"{_LEVEL}|Sum"),
    *_metrics("AWS/ApplicationELB", _REQUESTS, "TargetResponseTime", statistics=_TIME),
    *_metrics(
        "AWS/ApplicationELB",
        _REQUESTS,
        *("RequestCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"),
    ),
    *_metrics("AWS/ECS", _SERVICE, "CPUUtilization", "MemoryUtilization"),
    *_metrics("AWS/RDS", _DATABASE, "AuroraReplicaLag", "CPUUtilization", "EngineUptime"),
    *_metrics("AWS/RDS", _DATABASE, "DatabaseConnections", statistics=f"{_LEVEL}|Sum"),
    *_metrics("AWS/RDS", _REPLICATION, *LAG_METRICS, statistics=_LEVEL),
    *_metrics(
        "AWS/Route53", (frozenset({"HealthCheckId"}),), "HealthCheckStatus", statistics=_LEVEL
    ),
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    *_metrics(
        "AWS/Events",
        (frozenset({"RuleName"}),),
        *("FailedInvocations", "Invocations"),
        statistics="Sum",
    ),
    # Each point counts at least one job, so that any statistic tells a day with a backup from one
    # without.
    *_metrics(
        AWS_BACKUP_METRICS,
        (frozenset({"BackupVaultName"}), frozenset({"BackupVaultName", "ResourceType"})),
        COMPLETED_BACKUPS,
        statistics="Average|Maximum|Minimum|SampleCount|Sum",
    ),
    *_metrics(CERTIFICATE_METRICS, (frozenset({"CertificateArn"}),), DAYS_TO_EXPIRY),
    *_metrics("ECS/ContainerInsights", _SERVICE, "DesiredTaskCount", "PendingTaskCount"),
    # Maximum hides a task that was missing for a part of the period.
    *_metrics("ECS/ContainerInsights", _SERVICE, "RunningTaskCount", statistics="Average|Minimum"),
)
METRICS = {(metric.namespace, metric.name): metric for metric in _KNOWN}
# The unit in which AWS describes the values of a metric. The pages above do not say whether its
# points state it, which decides whether an alarm with this unit has data.
UNITS = {
    "CPUUtilization": "Percent",
    "DatabaseConnections": "Count",
    "HealthyHostCount": "Count",
    "MemoryUtilization": "Percent",
    "RequestCount": "Count",
    "RunningTaskCount": "Count",
    "TargetResponseTime": "Seconds",
    "UnHealthyHostCount": "Count",
}
# Metric names that exist in one namespace only: in any other namespace they have no data.
OWNED = {
    metric.name: metric.namespace
    for metric in _KNOWN
    if metric.name not in {"CPUUtilization", "Invocations", "MemoryUtilization", "RequestCount"}
}
# The namespaces whose metrics have a dimension:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
# https://docs.aws.amazon.com/documentdb/latest/developerguide/cloud_watch.html
# https://docs.aws.amazon.com/neptune/latest/userguide/cw-dimensions.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
NAMESPACES = {
    **dict.fromkeys(
        ("DBClusterIdentifier", "DBInstanceIdentifier"),
        frozenset({"AWS/DocDB", "AWS/Neptune", "AWS/RDS"}),
    ),
    **dict.fromkeys(
        (_BALANCER, _GROUP),
        frozenset({"AWS/ApplicationELB", "AWS/GatewayELB", "AWS/NetworkELB"}),
    ),
}
