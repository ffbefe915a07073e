"""Checks that an alarm detects a database failover."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    is_alarming,
    metrics_without_history,
    writer_lost,
)
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.alerting.composite_states import (
    alerts,
    leaves_of,
    state_of,
    why_never_alerts,
)
from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import Verdict, broken, claim, conditional
from payment_templates.evidence.topology.alerting.alarms import Alarm

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_LIMITS = (
    "an idle writer looks the same: the alarm is then already in ALARM and sends nothing at a "
    "failover; it also misses a failover shorter than its periods"
)


@claim("An alarm watches the database for failover", "Requirement 6")
def alarm_on_database(topology: Topology) -> Finding:
    """Check that an alarm fires if the writer has no connections or reports no data.

    An instance that is down reports no data points, but an idle writer has 0 connections too. An
    alarm acts only when its state changes, and after a failover the metric continues with the new
    writer's data:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """
    watching = [alarm for alarm in every_alarm(topology) if _reads_connections(topology, alarm)]
    joint = [it for it in watching if not isinstance(it, Alarm)]

    def misses(alarm: Alarm) -> str:
        if is_alarming(alarm, healthy(topology, writes=True)):
            return "fires while the writer has connections"
        if not is_alarming(alarm, writer_lost(topology, connections=0)):
            return "does not fire at 0 connections of the writer"
        if not is_alarming(alarm, writer_lost(topology, connections=None)):
            return f"is {alarm.missing_data} when the writer reports no data"
        return ""

    found = judge_alarm(
        topology, "DatabaseConnections", misses=misses, why=_LIMITS, verdict=conditional
    )
    if found.verdict is Verdict.BROKEN and joint:
        found = _judge_together(topology, watching)
    if found.verdict is Verdict.CONDITIONAL:
        usual = healthy(topology, writes=True)
        metrics = {
            name
            for alarm in watching
            for leaf in leaves_of(topology, alarm)
            for name in metrics_without_history(leaf, usual)
        }
        if metrics:
            doubt = f"if metric math gives a result for {', '.join(sorted(metrics))} without data; "
            return replace(found, why=doubt + found.why)
    return found


def _judge_together(topology: Topology, watching: list[AnyAlarm]) -> Finding:
    """Judge alarms of which one alerts at 0 connections, and another without data."""
    for alarm in watching:
        if never := why_never_alerts(topology, alarm):
            return broken(f"{alarm.logical_id} never fires: {never}")
        if state_of(topology, alarm, healthy(topology, writes=True)) == "ALARM":
            return broken(f"{alarm.logical_id} fires while the writer has connections")
    lines: list[str] = []
    for words, connections in (("at 0 connections of the writer", 0), ("without its data", None)):
        lost = writer_lost(topology, connections=connections)
        firing = [it.logical_id for it in watching if it.acts and alerts(topology, it, lost)]
        if not firing:
            names = ", ".join(alarm.logical_id for alarm in watching)
            return broken(f"{names}: none alerts {words}", *lines)
        lines.append(f"{words}: {', '.join(firing)}")
    return conditional(_LIMITS, *lines)


def _reads_connections(topology: Topology, alarm: AnyAlarm) -> bool:
    return any(
        series.metric == "DatabaseConnections"
        for leaf in leaves_of(topology, alarm)
        for series in leaf.series.values()
    )
