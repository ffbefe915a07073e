"""Decides whether an alarm on missing backups looks back far enough to see the last backup."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import is_alarming, without_backups
from payment_templates.evidence.alerting.backup_metrics import counted, is_counted
from payment_templates.evidence.backups.intervals import (
    Timetable,
    is_known_zone,
    longest_minutes,
)
from payment_templates.evidence.backups.plans import START_WINDOW_MINUTES
from payment_templates.evidence.backups.schedules import UTC
from payment_templates.facts.timings import PERIODS_UNTIL_MISSING
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.backup_events import Job
    from payment_templates.evidence.backups.plans import BackupRule
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm

_MINUTE_SECONDS = 60
_NOT_SHOWN = "the template does not show all that its plan selects"


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
    """The backups that an alarm counts, how far it looks back, and when they are stored."""

    names: str
    # With the start windows of their rules, if jobs start late.
    timetables: frozenset[Timetable]
    # How many of them an alarm needs within its look-back to be at rest.
    needed: int
    # How far it looks back.
    seen_minutes: float
    # How long so many take by their schedules, and until they start; None if it is not decided.
    scheduled_minutes: float | None
    until_minutes: float


def look_back(topology: Topology, alarm: Alarm, *, starts_late: bool) -> LookBack:
    """Compare how far an alarm looks back with the time until the next backup.

    AWS Backup may start a job until the end of its start window, which `starts_late` adds.
    """
    sure, perhaps = (counted(topology, alarm, surely=surely) for surely in (True, False))
    if not perhaps or not is_alarming(alarm, without_backups):
        return LookBack()
    found = _look_back(topology, alarm, sure, starts_late=starts_late) if sure else None
    if found and (found == LookBack() or len(sure) == len(perhaps)):
        return found
    more = _look_back(topology, alarm, perhaps, starts_late=starts_late)
    if not more.rests or more == found:
        return more
    condition = is_counted(alarm, [it for it in perhaps if it not in sure])
    return LookBack(
        condition=" and ".join(filter(None, (condition, more.condition))),
        why=" and ".join(filter(None, (_NOT_SHOWN, found.why if found else more.why))),
    )


def _look_back(topology: Topology, alarm: Alarm, jobs: list[Job], *, starts_late: bool) -> LookBack:
    plan = _plan(alarm, [it.rule for it in jobs], starts_late=starts_late)
    if plan.scheduled_minutes is None:
        each = f"AWS Backup stores {_backups(plan)} of {plan.names}"
        return LookBack(
            condition=f"{each} every {_hours(plan.seen_minutes)}", why=_why_undecided(plan)
        )
    why = _numbers(alarm, plan, plan.scheduled_minutes)
    if plan.until_minutes > plan.seen_minutes + _more_minutes(topology, alarm):
        return LookBack(rests=False, why=why)
    if plan.until_minutes > plan.seen_minutes:
        # See the docstring of _more_minutes.
        found = f"there is a backup in the periods that CloudWatch evaluates for {alarm.logical_id}"
        return LookBack(condition=found, why=why)
    # Two backups in the same period are one data point, and a late one may join the next one.
    latest = max(it.start_minutes for it in plan.timetables)
    apart = alarm.period_seconds / _MINUTE_SECONDS + latest
    distinct = longest_minutes(_in_time(plan.timetables), plan.needed, apart) or 0
    if plan.needed > 1 and distinct > plan.seen_minutes:
        found = f"{_backups(plan)} of {plan.names} are in different periods of {alarm.logical_id}"
        return LookBack(condition=found, why=why)
    return _from_creation(topology, alarm, plan)


def _plan(alarm: Alarm, rules: list[BackupRule], *, starts_late: bool) -> _Plan:
    needed = alarm.evaluation_periods - alarm.datapoints + 1
    late = frozenset(Timetable(it.schedule, it.zone, _start_window(it)) for it in rules)
    timetables = late if starts_late else _in_time(late)
    return _Plan(
        names=" and ".join(dict.fromkeys(it.plan for it in rules)),
        timetables=timetables,
        needed=needed,
        seen_minutes=alarm.period_seconds * alarm.evaluation_periods / _MINUTE_SECONDS,
        scheduled_minutes=longest_minutes(_in_time(late), needed),
        until_minutes=longest_minutes(timetables, needed) or 0,
    )


def _in_time(timetables: frozenset[Timetable]) -> frozenset[Timetable]:
    return frozenset(it._replace(start_minutes=0) for it in timetables)


def _start_window(rule: BackupRule) -> float:
    minutes = rule.start_window_minutes
    return START_WINDOW_MINUTES if minutes is None else minutes


def _why_undecided(plan: _Plan) -> str:
    zones = {it.zone for it in plan.timetables if not is_known_zone(it.zone)}
    if zones:
        return f"AWS Backup may refuse the time zone {', '.join(sorted(zones))}"
    schedules = dict.fromkeys(
        it.expression if it.zone == UTC else f"{it.expression} in {it.zone}"
        for it in sorted(plan.timetables)
    )
    return f"the schedule {', '.join(schedules)} is not decided"


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


def _from_creation(topology: Topology, alarm: Alarm, plan: _Plan) -> LookBack:
    """Return whether the alarm is at rest until the first backup, because it warms up.

    A warm-up that may end early ends with enough data: with the first backup, which is all that a
    plain metric needs; what FILL gives before is not documented.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
    """
    fields = topology.stack.resources[alarm.logical_id].properties.child("WarmUpConfiguration")
    minutes = fields.number("WarmUpPeriodDurationInMinutes")
    may_end = not fields.flag("OnlyStartEvaluatingAfterWarmUpPeriodEnds")
    lasts = not may_end or (plan.needed == 1 and not _fills(alarm))
    if minutes >= plan.until_minutes and lasts:
        return LookBack()
    has = f"a warm-up of {_hours(minutes)}" if minutes else "no warm-up"
    return LookBack(
        condition=(
            f"the vault has {_backups(plan)} of the {_hours(plan.seen_minutes)} before "
            f"{alarm.logical_id} is created"
        ),
        why=(
            f"it has {has}{', which may end early' if minutes and not lasts else ''}, and is in "
            f"ALARM until the first backup, which may take {_hours(plan.until_minutes)}"
        ),
    )


def _fills(alarm: Alarm) -> bool:
    return alarm.filled or any("FILL" in text for text in alarm.expressions.values())


def _numbers(alarm: Alarm, plan: _Plan, scheduled: float) -> str:
    seen, until = _hours(plan.seen_minutes), plan.until_minutes
    without = f"{alarm.logical_id} is in ALARM without {_backups(plan)} in {seen}"
    if math.isinf(scheduled):
        return f"{without}, and {plan.names} has too few by its schedule"
    parts = f"{_hours(scheduled)} by its schedule"
    if until > scheduled:
        parts += f", {_hours(until - scheduled)} until the job starts"
    return f"{without}, and {plan.names} may take {_hours(until)}: {parts}"


def _backups(plan: _Plan) -> str:
    return "a backup" if plan.needed == 1 else quantity(plan.needed, "backup")


def _hours(minutes: float) -> str:
    return f"{minutes / 60:.4g} h"
