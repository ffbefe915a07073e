"""Decides which alarms report that a plan of AWS Backup stores no backups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_delay import alarm_path
from payment_templates.evidence.alerting.alarm_firing import why_never_fires
from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    is_alarming,
    without_backups,
)
from payment_templates.evidence.alerting.backup_events import resource_type
from payment_templates.evidence.alerting.backup_look_back import look_back
from payment_templates.evidence.alerting.backup_metrics import counted, counts, is_counted
from payment_templates.evidence.alerting.composite_readers import speaks_through

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.backup_events import Job
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm

_HOUR_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Watch:
    """An alarm that fires without backups."""

    alarm: str
    # From the last backup until the alert, at worst.
    hours: float
    # What must be true for the alert; empty if nothing.
    doubt: str
    # Why it alerts before the next backup is due, so that no alert follows without it; else empty.
    early: str = ""


def watches_of(topology: Topology, job: Job) -> Iterator[Watch]:
    """Yield the alarms that fire when a job is never started.

    Those that are also in ALARM until the next backup is due say nothing of it: no second alert
    follows if it is not stored. One that is late sends an alert first, and is no reason.
    """
    for alarm in topology.alarms:
        if not alarm.is_evaluated or why_never_fires(topology, alarm):
            continue
        found = {counts(topology, series, job) for series in alarm.series.values()} - {False}
        if found and _fires(topology, alarm) and _alerts(topology, alarm):
            seen = look_back(topology, alarm, starts_late=False)
            type_doubt = "" if True in found else is_counted(alarm, [job])
            others = _others(topology, alarm, job)
            unsure = dict.fromkeys((_doubt(topology, alarm), others, type_doubt, seen.condition))
            yield Watch(
                alarm=alarm.logical_id,
                hours=(alarm_path(topology, alarm).worst_seconds or 0) / _HOUR_SECONDS,
                doubt=" and ".join(filter(None, unsure)),
                early="" if seen.rests else seen.why,
            )


def _others(topology: Topology, alarm: Alarm, job: Job) -> str:
    """Return what must be true of other backups that an alarm counts; empty if it counts none.

    They keep it at rest while those of the job are missing, unless both have the same cause: a
    plan or a selection that someone deleted, or a kind of database that is switched off.
    """
    others = (_difference(it, job) for it in counted(topology, alarm, surely=False))
    names = " or ".join(dict.fromkeys(filter(None, others)))
    return f"there is no backup of {names} either" if names else ""


def _difference(other: Job, job: Job) -> str:
    """Return what another job is of, if something may stop only one of the two; else empty."""
    if other.rule.plan != job.rule.plan:
        return other.rule.plan
    if other.selection is not job.selection:
        return other.selection.logical_id if other.selection else other.rule.plan
    if other.database is None or job.database is None:
        return ""
    is_same = resource_type(other.database) == resource_type(job.database)
    return "" if is_same else other.database.logical_id


def _fires(topology: Topology, alarm: Alarm) -> bool:
    usual = healthy(topology, writes=True)
    return is_alarming(alarm, without_backups) and not is_alarming(alarm, usual)


def _alerts(topology: Topology, alarm: Alarm) -> bool:
    return alarm.acts or bool(speaks_through(topology, alarm))


def _doubt(topology: Topology, alarm: Alarm) -> str:
    if not any(name in topology.topics for name in alarm.topics):
        through = " or ".join(it.logical_id for it in speaks_through(topology, alarm))
        return f"{through or alarm.logical_id} sends an alert"
    given = topology.stack.resources[alarm.logical_id].properties.text("TreatMissingData")
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    if alarm.filled and given != "breaching":
        return f"the metric math of {alarm.logical_id} gives a result for a metric without data"
    return ""
