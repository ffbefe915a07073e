"""Decides whether an alarm on a metric fires as promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import why_never_fires
from payment_templates.evidence.claim import broken, kept

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
    """Return `verdict` if an alarm on the metric can fire and `misses` finds no problem with it."""
    alarms = [
        alarm
        for alarm in topology.alarms
        if any(series.metric == metric for series in alarm.series.values())
    ]
    unread = [f"{alarm.logical_id}: {alarm.unread}" for alarm in topology.alarms if alarm.unread]
    if not alarms:
        return broken("; ".join([f"no alarm watches {metric}", *unread]))
    problems = {alarm.logical_id: _problem(topology, alarm, misses) for alarm in alarms}
    lines = [
        f"{alarm.logical_id}: {_watched(alarm)}, {alarm.comparison} {alarm.threshold:g}"
        for alarm in alarms
        if not problems[alarm.logical_id]
    ]
    if not lines:
        name, problem = next(iter(problems.items()))
        return broken("; ".join([f"{name} {problem}", *unread]))
    return verdict(why, *lines)


def _watched(alarm: Alarm) -> str:
    if alarm.joins_metrics:
        return alarm.expressions[alarm.watched]
    return f"{alarm.statistic} of {alarm.namespace} {alarm.metric}"


def _problem(topology: Topology, alarm: Alarm, misses: Callable[[Alarm], str]) -> str:
    if never := why_never_fires(topology, alarm):
        return f"never fires: {never}"
    return misses(alarm)
