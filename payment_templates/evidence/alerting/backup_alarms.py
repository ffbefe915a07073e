"""Decides which alarms report that a plan of AWS Backup stores no backups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_delay import alarm_path
from payment_templates.evidence.alerting.alarm_firing import dimension_target, why_never_fires
from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    is_alarming,
    without_backups,
)
from payment_templates.evidence.alerting.backup_events import resource_type
from payment_templates.evidence.alerting.composite_readers import speaks_through
from payment_templates.evidence.faults.backup_plans import VAULT
from payment_templates.facts.metrics import COMPLETED_BACKUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.backup_events import Job
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series

_HOUR_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Watch:
    """An alarm that fires without backups."""

    alarm: str
    # From the last backup until the alert, at worst.
    hours: float
    # What must be true for the alert; empty if nothing.
    doubt: str


def watches_of(topology: Topology, job: Job) -> Iterator[Watch]:
    """Yield the alarms that fire when a job is never started, and rest while it runs."""
    for alarm in topology.alarms:
        if alarm.unread or why_never_fires(topology, alarm):
            continue
        counts = any(_counts(topology, series, job) for series in alarm.series.values())
        if counts and _fires(topology, alarm) and _alerts(topology, alarm):
            yield Watch(
                alarm=alarm.logical_id,
                hours=(alarm_path(topology, alarm).worst_seconds or 0) / _HOUR_SECONDS,
                doubt=_doubt(topology, alarm),
            )


def _fires(topology: Topology, alarm: Alarm) -> bool:
    usual = healthy(topology, writes=True)
    return is_alarming(alarm, without_backups) and not is_alarming(alarm, usual)


def _alerts(topology: Topology, alarm: Alarm) -> bool:
    return alarm.acts or bool(speaks_through(topology, alarm))


def _counts(topology: Topology, series: Series, job: Job) -> bool:
    """Return whether a metric counts the backups of a job."""
    if series.metric != COMPLETED_BACKUPS:
        return False
    kind = series.dimensions.get("ResourceType")
    if kind and job.database and kind != resource_type(job.database):
        return False
    vault = topology.stack.find(job.rule.vault, VAULT)
    return vault is not None and dimension_target(topology, series, "BackupVaultName") is vault


def _doubt(topology: Topology, alarm: Alarm) -> str:
    if not any(name in topology.topics for name in alarm.topics):
        through = " or ".join(it.logical_id for it in speaks_through(topology, alarm))
        return f"{through or alarm.logical_id} sends an alert"
    given = topology.stack.resources[alarm.logical_id].properties.text("TreatMissingData")
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    if alarm.filled and given != "breaching":
        return f"the metric math of {alarm.logical_id} gives a result for a metric without data"
    return ""
