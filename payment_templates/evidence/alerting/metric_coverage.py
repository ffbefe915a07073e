"""Decides whether an alarm on a metric alerts as promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_firing import statistic_problem, why_never_fires
from payment_templates.evidence.alerting.composite_readers import why_nothing_acts
from payment_templates.evidence.claim import broken, conditional, kept
from payment_templates.evidence.topology.alerting.mute_rules import (
    always_muted_by,
    read_mute_rules,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm


def judge_alarm(
    topology: Topology,
    metric: str,
    *,
    misses: Callable[[Alarm], str],
    why: str,
    verdict: Callable[..., Finding] = kept,
) -> Finding:
    """Return `verdict` if an alarm on the metric can alert and `misses` finds no problem with it.

    If a rule mutes it at times, or if it only acts outside the stack, that is a condition.
    Raises UnexpectedValueError if only an alarm that the template does not decide may alert.
    """
    alarms = [
        alarm
        for alarm in topology.alarms
        if any(series.metric == metric for series in alarm.series.values())
    ]
    unread = [f"{alarm.logical_id}: {alarm.unread}" for alarm in topology.alarms if alarm.unread]
    undecided = [
        UnexpectedValueError(alarm.logical_id, f"it may watch {metric}, but {alarm.undecided}")
        for alarm in topology.alarms
        if alarm.may_read(metric) and not alarm.unread
    ]
    if not alarms and undecided:
        raise undecided[0]
    if not alarms:
        return broken("; ".join([f"no alarm watches {metric}", *unread]))
    lines: list[str] = []
    problems: list[str] = []
    reservations: list[str] = []
    for alarm in alarms:
        try:
            problem = _problem(topology, alarm, misses)
        except UnexpectedValueError as error:
            undecided.append(error.with_traceback(None))
            continue
        if problem:
            problems.append(f"{alarm.logical_id} {problem}")
        else:
            reservations.append(_reservation(topology, alarm))
            lines.append(
                f"{alarm.logical_id}: {_watched(alarm)}, {alarm.comparison} {alarm.threshold:g}"
            )
    if lines:
        if "" in reservations:
            return verdict(why, *lines)
        return conditional(why + reservations[0], *lines)
    if undecided:
        raise undecided[0]
    return broken("; ".join([problems[0], *unread]))


def _watched(alarm: Alarm) -> str:
    if alarm.expressions:
        return alarm.expressions.get(alarm.watched, alarm.watched)
    return f"{alarm.statistic} of {alarm.namespace} {alarm.metric}"


def _problem(topology: Topology, alarm: Alarm, misses: Callable[[Alarm], str]) -> str:
    if never := why_never_fires(topology, alarm):
        # A fault that lasts for a whole period may show in such a statistic.
        hidden = never in map(statistic_problem, alarm.series.values())
        return f"{'may not fire' if hidden else 'never fires'}: {never}"
    if missed := misses(alarm):
        return missed
    silent = why_nothing_acts(topology, alarm)
    if not silent and (rule := always_muted_by(topology.stack, alarm.logical_id)):
        silent = f"{rule} mutes it all the time"
    return f"sends no alert: {silent}" if silent else ""


def _reservation(topology: Topology, alarm: Alarm) -> str:
    """Return what may keep an alarm that fires from notifying anyone, or ""."""
    if not alarm.acts:
        # Another alarm acts in its place.
        return ""
    if not any(name in topology.topics for name in alarm.topics):
        return f"; the actions of {alarm.logical_id} are no topic of the stack"
    muting = [it for it in read_mute_rules(topology.stack) if alarm.logical_id in it.alarms]
    return f", except while {muting[0].logical_id} mutes it ({muting[0].window})" if muting else ""
