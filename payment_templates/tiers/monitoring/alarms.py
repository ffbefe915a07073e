"""Adds the four alarms of the specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from troposphere import cloudwatch

from payment_templates import naming

if TYPE_CHECKING:
    from troposphere import GetAtt, Ref

    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.load_balancer import LoadBalancer
    from payment_templates.tiers.notifications import Notifications

# The shortest period of a metric that AWS stores by the minute: PutMetricAlarm, Period.
PERIOD_SECONDS = 60
SLOW_RESPONSE_SECONDS = 1


@dataclass(frozen=True, kw_only=True)
class _Signal:
    """A metric and its alarm threshold."""

    logical_id: str
    name: str
    description: str
    namespace: str
    metric: str
    dimensions: dict[str, GetAtt | Ref | str]
    statistic: Literal["Average", "Maximum", "Minimum"]
    comparison: str
    threshold: int
    missing: Literal["breaching", "notBreaching"]
    names_service: bool = False


def add_alarms(
    scope: Scope,
    *,
    notifications: Notifications,
    database: Database,
    load_balancer: LoadBalancer,
    compute: Compute,
) -> tuple[cloudwatch.Alarm, ...]:
    """Add an alarm for the database, the tasks, the targets and the response time."""
    balancer: dict[str, GetAtt | Ref | str] = {
        "LoadBalancer": load_balancer.balancer.get_att("LoadBalancerFullName")
    }
    targets: dict[str, GetAtt | Ref | str] = {
        **balancer,
        "TargetGroup": load_balancer.target_group.get_att("TargetGroupFullName"),
    }
    signals = (
        _writer_without_connections(database),
        _tasks_missing(compute, scope.options.tasks),
        _targets_unhealthy(targets),
        _responses_slow(balancer),
    )
    return tuple(_add_alarm(scope, notifications, compute, signal) for signal in signals)


def _writer_without_connections(database: Database) -> _Signal:
    return _Signal(
        logical_id="DatabaseFailoverAlarm",
        name="database-failover",
        description="Writer without connections: down, failing over or unused",
        namespace="AWS/RDS",
        metric="DatabaseConnections",
        dimensions={"DBClusterIdentifier": database.cluster.ref(), "Role": "WRITER"},
        statistic="Maximum",
        comparison="LessThanOrEqualToThreshold",
        threshold=0,
        # A writer that is down sends no data.
        missing="breaching",
    )


def _tasks_missing(compute: Compute, tasks: int) -> _Signal:
    return _Signal(
        logical_id="TaskFailureAlarm",
        name="task-failure",
        description=f"Fewer than {tasks} tasks are running",
        # Not in AWS/ECS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
        namespace="ECS/ContainerInsights",
        metric="RunningTaskCount",
        dimensions={
            "ClusterName": compute.cluster.ref(),
            "ServiceName": compute.service.get_att("Name"),
        },
        statistic="Minimum",
        comparison="LessThanThreshold",
        threshold=tasks,
        # A service without tasks may send no data, and a deleted cluster sends none.
        missing="breaching",
        names_service=True,
    )


def _targets_unhealthy(targets: dict[str, GetAtt | Ref | str]) -> _Signal:
    return _Signal(
        logical_id="UnhealthyTargetAlarm",
        name="unhealthy-targets",
        description="Unhealthy targets",
        namespace="AWS/ApplicationELB",
        metric="UnHealthyHostCount",
        dimensions=targets,
        # It is enough that one load balancer node reports an unhealthy target.
        statistic="Maximum",
        comparison="GreaterThanThreshold",
        threshold=0,
        # It is reported as long as there are targets: no data means no targets.
        missing="breaching",
    )


def _responses_slow(balancer: dict[str, GetAtt | Ref | str]) -> _Signal:
    return _Signal(
        logical_id="ResponseTimeAlarm",
        name="response-time",
        description=f"Responses take over {SLOW_RESPONSE_SECONDS} s",
        namespace="AWS/ApplicationELB",
        metric="TargetResponseTime",
        dimensions=balancer,
        statistic="Average",
        comparison="GreaterThanThreshold",
        threshold=SLOW_RESPONSE_SECONDS,
        # A minute without a request has no response time.
        missing="notBreaching",
    )


def _add_alarm(
    scope: Scope, notifications: Notifications, compute: Compute, signal: _Signal
) -> cloudwatch.Alarm:
    topic = [notifications.topic.ref()]
    alarm = cloudwatch.Alarm(
        signal.logical_id,
        AlarmName=naming.physical_name("AWS::CloudWatch::Alarm", signal.name),
        AlarmDescription=signal.description,
        Namespace=signal.namespace,
        MetricName=signal.metric,
        Dimensions=[
            cloudwatch.MetricDimension(Name=name, Value=value)
            for name, value in signal.dimensions.items()
        ],
        Statistic=signal.statistic,
        Period=PERIOD_SECONDS,
        EvaluationPeriods=1,
        ComparisonOperator=signal.comparison,
        Threshold=signal.threshold,
        TreatMissingData=signal.missing,
        # Set explicitly, so that a silenced alarm is drift.
        ActionsEnabled=True,
        AlarmActions=topic,
        OKActions=topic,
        Tags=naming.tags(signal.name),
    )
    if not signal.names_service:
        # Created after the service and deleted before it, so that neither the creation nor the
        # deletion of the stack sends an alert.
        alarm.DependsOn = [compute.service.title]
    return scope.add(alarm)
