"""Checks that no alarm is in ALARM as long as the stack is healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    is_alarming,
    is_in_global_database,
    metrics_without_history,
    without_newest_data,
)
from payment_templates.evidence.alerting.composite_readers import speaks_through
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.alerting.composite_states import leaves_of, state_of
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm


@claim("No alarm is always in ALARM", "Issue: alarms in the region without a writer")
def alarms_rest_while_healthy(topology: Topology) -> Finding:
    """Check that every alarm is in OK or INSUFFICIENT_DATA while everything works.

    An alarm that is always in ALARM reports nothing: it acts only when its state changes. In a
    global database, one region has the writer, and its metrics exist only there; the replication
    lag exists only in the other region. An operator can swap them, so both are examined:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    FILL also replaces the newest data point if it is published late, so more than one must breach.
    What metric math gives for a metric that never had a data point is not documented:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    An alarm without any action may be in ALARM if another one acts because of it.
    """
    alarms = [alarm for alarm in every_alarm(topology) if not alarm.unread]
    if not alarms:
        return absent("there is no alarm")
    roles = {"with the writer": True}
    if is_in_global_database(topology):
        roles["while the other region has the writer"] = False
    lines: list[str] = []
    doubts: dict[str, str] = {}
    for words, writes in roles.items():
        situation = healthy(topology, writes=writes)
        alarming = [it for it in alarms if state_of(topology, it, situation) == "ALARM"]
        for alarm in alarming:
            if not speaks_through(topology, alarm):
                why = _without_data(topology, alarm)
                return broken(f"{alarm.logical_id} is always in ALARM {words}: {why}", *lines)
        lines.append(f"{words}: {quantity(len(alarms) - len(alarming), 'alarm')} at rest")
        lines += [f"{words}: {it.logical_id} is in ALARM, without actions" for it in alarming]
        doubts |= _undocumented(topology, situation)
    if doubts:
        named = "; ".join(f"{alarm} of {metrics}" for alarm, metrics in doubts.items())
        return conditional(
            "if metric math treats a metric that never had data like one with missing points, "
            f"which AWS does not document: {named}",
            *lines,
        )
    if early := [it.logical_id for it in topology.alarms if _fires_on_one_late_point(it)]:
        return conditional(
            f"if {', '.join(early)} has the data of the newest minute in time: FILL replaces it, "
            "and one data point is enough",
            *lines,
        )
    return kept("none is, with the writer or without it" if len(roles) > 1 else "none is", *lines)


def _undocumented(topology: Topology, situation: Situation) -> dict[str, str]:
    """Return the alarms whose metric math reads a metric without any data, with the metrics."""
    found = {
        alarm.logical_id: metrics_without_history(alarm, situation)
        for alarm in topology.alarms
        if not alarm.unread
    }
    return {name: ", ".join(metrics) for name, metrics in found.items() if metrics}


def _without_data(topology: Topology, alarm: AnyAlarm) -> str:
    leaves = leaves_of(topology, alarm)
    metrics = dict.fromkeys(it.metric for leaf in leaves for it in leaf.series.values())
    return f"{', '.join(metrics)} has no data" if metrics else "its rule is always true"


def _fires_on_one_late_point(alarm: Alarm) -> bool:
    """Return whether one late data point is enough for an alarm that fills missing data."""
    if alarm.unread:
        return False
    fills = alarm.filled or any("FILL" in text for text in alarm.expressions.values())
    return fills and alarm.datapoints <= 1 and is_alarming(alarm, without_newest_data)
