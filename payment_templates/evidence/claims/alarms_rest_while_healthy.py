"""Checks that no alarm is in ALARM as long as the stack is healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
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
from payment_templates.evidence.alerting.healthy_states import (
    ALWAYS_ALARM,
    open_metrics,
    states_while_healthy,
)
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
    from payment_templates.evidence.topology.alerting.alarm_rules import State
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
    Some metrics have a range of healthy values, and others any value: an alarm that breaches all of
    them is always in ALARM.
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
    unsure: dict[str, str] = {}
    undecided: list[UnexpectedValueError] = []
    for words, writes in roles.items():
        usual = healthy(topology, writes=writes)
        states = _states(topology, alarms, usual, undecided)
        alarming = [it for it in alarms if states.get(it.logical_id) == ALWAYS_ALARM]
        firing = [it for it in alarms if "ALARM" in states.get(it.logical_id, ())]
        for alarm in (it for it in firing if not speaks_through(topology, it)):
            if alarm in alarming:
                why = _why_always(topology, alarm, usual)
                return broken(f"{alarm.logical_id} is always in ALARM {words}: {why}", *lines)
            unsure[alarm.logical_id] = ", ".join(open_metrics(topology, alarm, usual))
        lines.append(f"{words}: {quantity(len(alarms) - len(alarming), 'alarm')} at rest")
        lines += [f"{words}: {it.logical_id} is in ALARM, without actions" for it in alarming]
        doubts |= _undocumented(topology, usual)
    waits = [*_until_next_backup(topology, alarms)]
    if early := [found.why for found in waits if not found.rests]:
        return broken(f"between two backups, {early[0]}", *lines)
    if undecided:
        raise undecided[0]
    if condition := next(_conditions(topology, doubts, unsure, waits), ""):
        return conditional(f"if {condition}", *lines)
    return kept("none is, with the writer or without it" if len(roles) > 1 else "none is", *lines)


def _states(
    topology: Topology,
    alarms: list[AnyAlarm],
    usual: Situation,
    undecided: list[UnexpectedValueError],
) -> dict[str, frozenset[State]]:
    """Return the states of each alarm in a healthy region; `undecided` gets why one has none."""
    found: dict[str, frozenset[State]] = {}
    for alarm in alarms:
        try:
            found[alarm.logical_id] = states_while_healthy(topology, alarm, usual)
        except UnexpectedValueError as error:
            undecided.append(error.with_traceback(None))
    return found


def _conditions(
    topology: Topology,
    undocumented: dict[str, str],
    unsure: dict[str, str],
    waits: list[LookBack],
) -> Iterator[str]:
    """Yield what must be true so that every alarm is at rest."""
    if unsure:
        named = " and ".join(
            f"{metrics} keeps {alarm} at rest" for alarm, metrics in unsure.items()
        )
        yield f"{named} while the stack is healthy: its usual values are not in the template"
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
        if it.is_evaluated
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
        if alarm.is_evaluated
    }
    return {name: ", ".join(metrics) for name, metrics in found.items() if metrics}


def _why_always(topology: Topology, alarm: AnyAlarm, usual: Situation) -> str:
    leaves = leaves_of(topology, alarm)
    series = [it for leaf in leaves for it in leaf.series.values()]
    if empty := dict.fromkeys(it.metric for it in series if usual(it) is None):
        return f"{', '.join(empty)} has no data"
    if series:
        metrics = dict.fromkeys(it.metric for it in series)
        return f"every value that {', '.join(metrics)} has in a healthy stack breaches it"
    return "its rule is always true"


def _fires_on_one_late_point(alarm: Alarm) -> bool:
    """Return whether one late data point is enough for an alarm that fills missing data."""
    if not alarm.is_evaluated:
        return False
    fills = alarm.filled or any("FILL" in text for text in alarm.expressions.values())
    return fills and alarm.datapoints <= 1 and is_alarming(alarm, without_newest_data)
