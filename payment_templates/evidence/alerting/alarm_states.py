"""Decides the state of an alarm in a situation: the stack is healthy, or the other region fails."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import dimension_target, why_no_data
from payment_templates.evidence.alerting.backup_events import jobs_of
from payment_templates.evidence.alerting.backup_metrics import counts
from payment_templates.evidence.alerting.healthy_values import healthy_values
from payment_templates.evidence.faults.global_databases import member_of
from payment_templates.facts.metrics import COMPLETED_BACKUPS, LAG_METRICS

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series

    # Returns the value of a metric; None if it has no data, NaN if its value is not known.
    Situation = Callable[[Series], float | None]

# Values of a healthy stack with requests. Of other metrics no value is assumed, except of the
# number of tasks: NaN breaches no threshold.
_HEALTHY = {
    **dict.fromkeys(LAG_METRICS, 100.0),
    "DatabaseConnections": 1.0,
    "HealthCheckStatus": 1.0,
    "UnHealthyHostCount": 0.0,
    "FailedInvocations": 0.0,
    "Invocations": 1.0,
}
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
_RATE = re.compile(r"rate\((\d+) minutes?\)")
_MINUTE_SECONDS = 60
# The default of MaximumEventAgeInSeconds: botocore events, RetryPolicy.
_LONGEST_AGE_SECONDS = 86_400
# More than any alarm tolerates, in milliseconds: a week.
_ENDLESS_LAG = 604_800_000.0


def is_alarming(alarm: Alarm, situation: Situation) -> bool:
    """Return whether an alarm is in ALARM if the situation lasts.

    Raises UnexpectedValueError for metric math that is not evaluated here.
    """
    value = alarm.value({name: situation(series) for name, series in alarm.series.items()})
    # PutMetricAlarm, TreatMissingData: ignore keeps the state, missing is INSUFFICIENT_DATA.
    return alarm.missing_data == "breaching" if value is None else alarm.breaches(value)


def has_assumed_value(series: Series) -> bool:
    """Return whether one value of a metric is assumed; not of the number of its data points."""
    return series.metric in _HEALTHY and series.statistic != "SampleCount"


def metrics_without_history(alarm: Alarm, situation: Situation) -> tuple[str, ...]:
    """Return the metrics without data that an alarm joins or fills by metric math.

    AWS says what missing points of a time series count as, not what an expression gives for a
    metric that never had a point:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    if not (alarm.filled or alarm.expressions):
        return ()
    empty = (series.metric for series in alarm.series.values() if situation(series) is None)
    return tuple(dict.fromkeys(empty))


def is_in_global_database(topology: Topology) -> bool:
    """Return whether a database belongs to a global database, so that it may have no writer."""
    return any(member_of(topology, database) for database in topology.databases)


def starts_with_writer(topology: Topology) -> bool:
    """Return whether the region writes until an operator moves the writer."""
    members = [member_of(topology, database) for database in topology.databases]
    return any(member is None or member.in_stack for member in members)


def healthy(topology: Topology, *, writes: bool) -> Situation:
    """Return the metrics of a healthy region with or without the writer of its database.

    A metric that AWS does not publish has no data.
    A secondary cluster has only readers, and replication lag is published only for it:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-getting-started.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    # By identity: the alarms of a topology stay.
    known: dict[int, float | None] = {}

    def situation(series: Series) -> float | None:
        if id(series) not in known:
            known[id(series)] = value_of(series)
        return known[id(series)]

    def value_of(series: Series) -> float | None:
        if series.metric in LAG_METRICS and not _is_replica(topology, series, writes=writes):
            return None
        if series.dimensions.get("Role") == "WRITER" and not writes:
            return None
        if series.metric == COMPLETED_BACKUPS:
            return _backups(topology, series, writes=writes)
        if why_no_data(topology, series):
            return None
        if has_assumed_value(series):
            return _HEALTHY[series.metric]
        values = healthy_values(topology, series)
        return values.lowest if values.tasks_of else math.nan

    return situation


def writer_lost(topology: Topology, *, connections: float | None) -> Situation:
    """Return the metrics of a region whose writer fails: no data, or no connections."""
    usual = healthy(topology, writes=True)

    def situation(series: Series) -> float | None:
        is_of_writer = series.dimensions.get("Role") == "WRITER" or _is_writer(topology, series)
        return connections if is_of_writer else usual(series)

    return situation


def without_newest_data(_: Series) -> None:
    """Return no data for every metric: CloudWatch evaluates a minute that is published late."""


def heartbeat_stopped(series: Series) -> float | None:
    """Return the metrics of rules that invoke no target: EventBridge sends no zeros.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """
    return None if series.metric in {"FailedInvocations", "Invocations"} else math.nan


def other_region_lost(topology: Topology, *, writes: bool, lag_ends: bool) -> Situation:
    """Return the metrics of a region that survives the loss of the other one.

    AWS does not say whether the lag grows or is no longer published: `lag_ends` is the latter.
    """
    usual = healthy(topology, writes=writes)

    def situation(series: Series) -> float | None:
        value = usual(series)
        if value is None:
            return None
        if series.metric in LAG_METRICS:
            return None if lag_ends else _ENDLESS_LAG
        if series.metric == "HealthCheckStatus" and _asks_elsewhere(topology, series):
            return 0
        if series.metric == "FailedInvocations" and heartbeat_seconds(topology, series):
            return 1
        return value

    return situation


def without_backups(series: Series) -> float | None:
    """Return the metrics of a vault that stores no backups: AWS Backup sends no zeros.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html
    """
    return None if series.metric == COMPLETED_BACKUPS else math.nan


def _backups(topology: Topology, series: Series, *, writes: bool) -> float | None:
    """Return how many backups a day a metric counts: one, if a job of the stack stores one."""
    if dimension_target(topology, series, "BackupVaultName") is None:
        return math.nan
    found = {counts(topology, series, job) for job in jobs_of(topology)}
    if not found - {False}:
        return None
    # AWS does not document whether AWS Backup can back up a cluster that copies another one. If it
    # cannot, the alarm is right: there are no backups.
    return 1.0 if True in found and writes else math.nan


def _is_replica(topology: Topology, series: Series, *, writes: bool) -> bool:
    source = series.dimensions.get("SourceRegion", "")
    return not writes and source != topology.stack.region and is_in_global_database(topology)


def heartbeat_seconds(topology: Topology, series: Series) -> float | None:
    """Return how long after a failure of the other region a metric counts a failed heartbeat.

    None if its rule sends no events to another region on a schedule. An event that the other region
    does not accept is a failed invocation once its retries or its age are used up: by default after
    24 hours, which is no alert.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
    """
    rule = dimension_target(topology, series, "RuleName")
    rate = _RATE.fullmatch(rule.properties.text("ScheduleExpression")) if rule else None
    if rule is None or rate is None:
        return None
    own = f":{topology.stack.region}:"
    for target in rule.properties.children("Targets"):
        arn, retries = target.text("Arn"), target.child("RetryPolicy")
        age = retries.number("MaximumEventAgeInSeconds", _LONGEST_AGE_SECONDS)
        if retries.text("MaximumRetryAttempts") == "0":
            age = 0
        if ":event-bus/" in arn and own not in arn and age < _LONGEST_AGE_SECONDS:
            return int(rate[1]) * _MINUTE_SECONDS + age
    return None


def _is_writer(topology: Topology, series: Series) -> bool:
    instance = dimension_target(topology, series, "DBInstanceIdentifier")
    writers = {database.writer.logical_id for database in topology.databases if database.writer}
    return instance is not None and instance.logical_id in writers


def _asks_elsewhere(topology: Topology, series: Series) -> bool:
    """Return whether a health check asks something other than this region."""
    check = dimension_target(topology, series, "HealthCheckId")
    config = check.properties.child("HealthCheckConfig") if check else None
    name = config.text("FullyQualifiedDomainName") if config else ""
    # A health check of its own load balancer does not cover another region.
    return config is not None and not name.startswith(("${", f"{topology.stack.region}."))
