"""Adds the four alarms of the specification, and what every alarm has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from troposphere import cloudwatch

from payment_templates import naming

from .database_metrics import connections_of_writer, replication_lags
from .metrics import Expression, Metric

if TYPE_CHECKING:
    from troposphere import GetAtt, Ref

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.load_balancer import LoadBalancer
    from payment_templates.tiers.notifications import Notifications

SLOW_RESPONSE_SECONDS = 1
# Longer than tasks take to start when scaling adds some.
START_MINUTES = 3


@dataclass(frozen=True, kw_only=True)
class Signal:
    """What an alarm measures, and its threshold."""

    logical_id: str
    name: str
    description: str
    measure: Metric | Expression
    comparison: str
    threshold: float
    missing: Literal["breaching", "missing", "notBreaching"]
    names_service: bool = False
    # How many periods in a row must breach: minutes, unless the metric says otherwise.
    periods: int = 1


def add_alarms(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
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
        _writer_without_connections(parameters, conditions, database),
        _tasks_missing(compute, scope.options.tasks),
        *([_tasks_below_desired(compute)] if scope.options.scales else []),
        _targets_unhealthy(targets, threshold(scope, "unhealthy-targets", 0)),
        _responses_slow(balancer, threshold(scope, "response-time", SLOW_RESPONSE_SECONDS)),
    )
    return tuple(add_alarm(scope, notifications, compute, signal) for signal in signals)


def _writer_without_connections(
    parameters: Parameters, conditions: Conditions, database: Database
) -> Signal:
    return Signal(
        logical_id="DatabaseFailoverAlarm",
        name="database-failover",
        description="Writer without connections: down, failing over or unused",
        measure=connections_of_writer(database),
        comparison="LessThanOrEqualToThreshold",
        threshold=0,
        # A writer that is down sends no data. With two regions, one of them has no writer, and
        # another alarm joins the states of this one and of the alarms on the replication lag.
        missing="missing" if replication_lags(parameters, conditions, database) else "breaching",
    )


def _tasks_missing(compute: Compute, tasks: int) -> Signal:
    return Signal(
        logical_id="TaskFailureAlarm",
        name="task-failure",
        description=f"Fewer than {tasks} tasks are running",
        measure=_tasks(compute, "RunningTaskCount"),
        comparison="LessThanThreshold",
        threshold=tasks,
        # A service without tasks may send no data, and a deleted cluster sends none.
        missing="breaching",
        names_service=True,
    )


def _tasks_below_desired(compute: Compute) -> Signal:
    # While scaling has added tasks, some can be missing although the other alarm sees enough.
    return Signal(
        logical_id="MissingTasksAlarm",
        name="missing-tasks",
        description=f"Fewer tasks than desired for {START_MINUTES} minutes",
        measure=Expression(
            text="desired - running",
            label="Missing tasks",
            metrics={
                "desired": _tasks(compute, "DesiredTaskCount"),
                "running": _tasks(compute, "RunningTaskCount"),
            },
        ),
        comparison="GreaterThanThreshold",
        threshold=0,
        periods=START_MINUTES,
        # Both are published together. Without them, nothing shows that the tasks are there.
        missing="breaching",
        names_service=True,
    )


def _tasks(compute: Compute, metric: str) -> Metric:
    # Not in AWS/ECS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    return Metric(
        namespace="ECS/ContainerInsights",
        name=metric,
        dimensions={
            "ClusterName": compute.cluster.ref(),
            "ServiceName": compute.service.get_att("Name"),
        },
        statistic="Minimum",
    )


def threshold(scope: Scope, alarm: str, usual: float) -> float:
    """Return the threshold that the options file gives an alarm, else the usual one."""
    return dict(scope.options.alarm_thresholds).get(alarm, usual)


def _targets_unhealthy(targets: dict[str, GetAtt | Ref | str], most: float) -> Signal:
    return Signal(
        logical_id="UnhealthyTargetAlarm",
        name="unhealthy-targets",
        description=f"More than {most} unhealthy targets" if most else "Unhealthy targets",
        measure=Metric(
            namespace="AWS/ApplicationELB",
            name="UnHealthyHostCount",
            dimensions=targets,
            # It is enough that one load balancer node reports an unhealthy target.
            statistic="Maximum",
        ),
        comparison="GreaterThanThreshold",
        threshold=most,
        # It is reported as long as there are targets: no data means no targets.
        missing="breaching",
    )


def _responses_slow(balancer: dict[str, GetAtt | Ref | str], seconds: float) -> Signal:
    return Signal(
        logical_id="ResponseTimeAlarm",
        name="response-time",
        description=f"Responses take over {seconds} s",
        measure=Metric(
            namespace="AWS/ApplicationELB",
            name="TargetResponseTime",
            dimensions=balancer,
            statistic="Average",
        ),
        comparison="GreaterThanThreshold",
        threshold=seconds,
        # A minute without a request has no response time.
        missing="notBreaching",
    )


def add_alarm(
    scope: Scope, notifications: Notifications, compute: Compute, signal: Signal
) -> cloudwatch.Alarm:
    """Add an alarm that notifies the topic about every change of its state."""
    topic = [notifications.topic.ref()]
    alarm = cloudwatch.Alarm(
        signal.logical_id,
        AlarmName=naming.physical_name("AWS::CloudWatch::Alarm", signal.name),
        AlarmDescription=signal.description,
        **signal.measure.properties(),
        EvaluationPeriods=signal.periods,
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
