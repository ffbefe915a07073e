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
from payment_templates.evidence.alerting.backup_look_back import look_back
from payment_templates.evidence.alerting.composite_readers import speaks_through
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.alerting.composite_states import leaves_of, state_of
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.facts.metrics import COMPLETED_BACKUPS
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.alerting.backup_look_back import LookBack
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series


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
    An alarm on missing backups must look back until the last one, and wait for the first one: from
    its creation on it counts the time before as without backups, unless it warms up.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
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
    waits = [*_until_next_backup(topology, alarms)]
    if early := [found.why for found in waits if not found.rests]:
        return broken(f"between two backups, {early[0]}", *lines)
    if condition := next(_conditions(topology, doubts, waits), ""):
        return conditional(f"if {condition}", *lines)
    return kept("none is, with the writer or without it" if len(roles) > 1 else "none is", *lines)


def _conditions(
    topology: Topology, undocumented: dict[str, str], waits: list[LookBack]
) -> Iterator[str]:
    """Yield what must be true so that every alarm is at rest."""
    if undocumented:
        named = "; ".join(f"{alarm} of {metrics}" for alarm, metrics in undocumented.items())
        yield (
            "metric math treats a metric that never had data like one with missing points, "
            f"which AWS does not document: {named}"
        )
    if early := [it.logical_id for it in topology.alarms if _fires_on_one_late_point(it)]:
        yield (
            f"{', '.join(early)} has the data of the newest minute in time: FILL replaces it, "
            "and one data point is enough"
        )
    yield from (f"{found.condition}: {found.why}" for found in waits)


def _until_next_backup(topology: Topology, alarms: list[AnyAlarm]) -> Iterator[LookBack]:
    """Yield why alarms are in ALARM, or may be, until the next backup is stored."""
    found = {
        it.logical_id: look_back(topology, it, starts_late=True)
        for it in topology.alarms
        if not it.unread
    }
    waiting = {name: it for name, it in found.items() if it.why}
    for alarm in alarms if waiting else ():
        if speaks_through(topology, alarm):
            continue
        leaves = [it for it in leaves_of(topology, alarm) if it.logical_id in waiting]
        early = [it for it in leaves if not waiting[it.logical_id].rests]
        unsure = [it for it in leaves if it not in early]
        if _is_alarming_without(topology, alarm, early):
            yield waiting[early[0].logical_id]
        elif unsure and _is_alarming_without(topology, alarm, leaves):
            yield waiting[unsure[0].logical_id]


def _is_alarming_without(topology: Topology, alarm: AnyAlarm, leaves: list[Alarm]) -> bool:
    """Return whether an alarm is in ALARM while some alarms on metrics see no backup."""
    usual = healthy(topology, writes=True)
    # By identity: another alarm may look at the same metric for a longer time.
    unseen = {id(it) for leaf in leaves for it in leaf.series.values()}

    def situation(series: Series) -> float | None:
        unseen_backups = id(series) in unseen and series.metric == COMPLETED_BACKUPS
        return None if unseen_backups else usual(series)

    return bool(leaves) and state_of(topology, alarm, situation) == "ALARM"


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
