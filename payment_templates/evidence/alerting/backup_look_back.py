"""Decides whether an alarm on missing backups looks back far enough to see the last backup."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import dimension_target
from payment_templates.evidence.alerting.alarm_states import is_alarming, without_backups
from payment_templates.evidence.alerting.backup_events import jobs_of, resource_type
from payment_templates.evidence.faults.backup_intervals import Timetable, longest_minutes
from payment_templates.evidence.faults.backup_plans import START_WINDOW_MINUTES, VAULT
from payment_templates.evidence.faults.backup_schedules import UTC
from payment_templates.facts.metrics import COMPLETED_BACKUPS
from payment_templates.facts.timings import PERIODS_UNTIL_MISSING
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.backup_events import Job
    from payment_templates.evidence.faults.backup_plans import BackupRule
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series

_MINUTE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """Whether an alarm is at rest from one backup of a plan to the next."""

    rests: bool = True
    # What must be true so that it is; empty if nothing.
    condition: str = ""
    # The numbers.
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """The backups that an alarm counts."""

    names: str
    schedules: frozenset[Timetable]
    # How many of them an alarm needs within its look-back to be at rest.
    needed: int
    start_minutes: float


def look_back(topology: Topology, alarm: Alarm, *, starts_late: bool) -> LookBack:
    """Compare how far an alarm looks back with the time until the next backup.

    AWS Backup may start a job until the end of its start window, which `starts_late` adds.
    """
    rules = [it.rule for it in counted(topology, alarm)]
    if not rules or not is_alarming(alarm, without_backups):
        return LookBack()
    plan = _plan(alarm, rules)
    seen = alarm.period_seconds * alarm.evaluation_periods / _MINUTE_SECONDS
    scheduled = longest_minutes(plan.schedules, plan.needed)
    if scheduled is None:
        each = f"AWS Backup stores {_backups(plan)} of {plan.names} every {_hours(seen)}"
        schedules = ", ".join(
            it.expression if it.zone == UTC else f"{it.expression} in {it.zone}"
            for it in sorted(plan.schedules)
        )
        return LookBack(condition=each, why=f"the schedule {schedules} is not decided")
    until = scheduled + plan.start_minutes * starts_late
    why = _numbers(alarm, plan, seen, scheduled, starts_late=starts_late)
    if until > seen + _more_minutes(topology, alarm):
        return LookBack(rests=False, why=why)
    if until > seen:
        # See the docstring of _more_minutes.
        found = f"there is a backup in the periods that CloudWatch evaluates for {alarm.logical_id}"
        return LookBack(condition=found, why=why)
    # Two backups in the same period are one data point, and a late one may join the next one.
    apart = alarm.period_seconds / _MINUTE_SECONDS + plan.start_minutes * starts_late
    if plan.needed > 1 and (longest_minutes(plan.schedules, plan.needed, apart) or 0) > seen:
        found = f"{_backups(plan)} of {plan.names} are in different periods of {alarm.logical_id}"
        return LookBack(condition=found, why=why)
    return _from_creation(topology, alarm, plan, until)


def counts(topology: Topology, series: Series, job: Job) -> bool:
    """Return whether a metric counts the backups of a job."""
    if series.metric != COMPLETED_BACKUPS:
        return False
    kind = series.dimensions.get("ResourceType")
    if kind and job.database and kind != resource_type(job.database):
        return False
    vault = topology.stack.find(job.rule.vault, VAULT)
    return vault is not None and dimension_target(topology, series, "BackupVaultName") is vault


def counted(topology: Topology, alarm: Alarm) -> list[Job]:
    """Return the jobs whose backups an alarm adds up."""
    backups = [it for it in alarm.series.values() if it.metric == COMPLETED_BACKUPS]
    if not backups:
        return []
    return [
        job for job in jobs_of(topology) if any(counts(topology, series, job) for series in backups)
    ]


def _plan(alarm: Alarm, rules: list[BackupRule]) -> _Plan:
    windows = (it.start_window_minutes for it in rules)
    return _Plan(
        names=" and ".join(dict.fromkeys(it.plan for it in rules)),
        schedules=frozenset(Timetable(it.schedule, it.zone) for it in rules),
        needed=alarm.evaluation_periods - alarm.datapoints + 1,
        start_minutes=min(START_WINDOW_MINUTES if it is None else it for it in windows),
    )


def _more_minutes(topology: Topology, alarm: Alarm) -> float:
    """Return how much more CloudWatch may look at: how much is not documented, or varies.

    Without FILL, it evaluates older periods as long as it finds data. A wall clock window ends with
    the last whole period:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
    """
    window = topology.stack.resources[alarm.logical_id].properties.child("EvaluationWindow")
    periods = 0 if _fills(alarm) else PERIODS_UNTIL_MISSING
    periods += "WallClockWindow" in window
    return periods * alarm.period_seconds / _MINUTE_SECONDS


def _from_creation(topology: Topology, alarm: Alarm, plan: _Plan, until: float) -> LookBack:
    """Return whether the alarm is at rest until the first backup, because it warms up.

    A warm-up that may end early ends with enough data: with the first backup, which is all that a
    plain metric needs; what FILL gives before is not documented.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
    """
    fields = topology.stack.resources[alarm.logical_id].properties.child("WarmUpConfiguration")
    minutes = fields.number("WarmUpPeriodDurationInMinutes")
    may_end = not fields.flag("OnlyStartEvaluatingAfterWarmUpPeriodEnds")
    lasts = not may_end or (plan.needed == 1 and not _fills(alarm))
    if minutes >= until and lasts:
        return LookBack()
    seen = alarm.period_seconds * alarm.evaluation_periods / _MINUTE_SECONDS
    has = f"a warm-up of {_hours(minutes)}" if minutes else "no warm-up"
    return LookBack(
        condition=(
            f"the vault has {_backups(plan)} of the {_hours(seen)} before {alarm.logical_id} "
            "is created"
        ),
        why=(
            f"it has {has}{', which may end early' if minutes and not lasts else ''}, and is in "
            f"ALARM until the first backup, which may take {_hours(until)}"
        ),
    )


def _fills(alarm: Alarm) -> bool:
    return alarm.filled or any("FILL" in text for text in alarm.expressions.values())


def _numbers(alarm: Alarm, plan: _Plan, seen: float, scheduled: float, *, starts_late: bool) -> str:
    without = f"{alarm.logical_id} is in ALARM without {_backups(plan)} in {_hours(seen)}"
    if math.isinf(scheduled):
        return f"{without}, and {plan.names} has too few by its schedule"
    parts = f"{_hours(scheduled)} by its schedule"
    if starts_late:
        parts += f", {_hours(plan.start_minutes)} until the job starts"
    total = scheduled + plan.start_minutes * starts_late
    return f"{without}, and {plan.names} may take {_hours(total)}: {parts}"


def _backups(plan: _Plan) -> str:
    return "a backup" if plan.needed == 1 else quantity(plan.needed, "backup")


def _hours(minutes: float) -> str:
    return f"{minutes / 60:.4g} h"
