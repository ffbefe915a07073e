"""Finds every path from a fault to an alert: alarms, event rules and event subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_delay import Path
from payment_templates.evidence.alerting.alarm_states import healthy, writer_lost
from payment_templates.evidence.alerting.composite_delay import path_of
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.alerting.composite_states import (
    alerts,
    leaves_of,
    state_of,
    why_never_alerts,
)
from payment_templates.evidence.alerting.delivery import delivery_problem
from payment_templates.evidence.topology.alerting.alarms import Alarm
from payment_templates.evidence.topology.alerting.events import CLOUDWATCH
from payment_templates.facts.timings import TYPICAL_PROMOTION_SECONDS, TYPICAL_REPLACEMENT_SECONDS

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.alerting.symptom import Case, Symptom
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.events import EventPath

_ALARMED_BY = {
    "zone": {"UnHealthyHostCount", "HealthyHostCount", "RunningTaskCount"},
    "task": {"UnHealthyHostCount", "HealthyHostCount", "RunningTaskCount"},
    "writer": {"DatabaseConnections"},
    "NAT gateway": set[str](),
    "reader": set[str](),
    "move": set[str](),
    "unblocked write": set[str](),
    "deployment": set[str](),
}


def alarm_paths(topology: Topology, kind: str) -> tuple[Path, ...]:
    """Return the alarms that report a kind of fault, including those that fire too late."""
    return tuple(
        path
        for alarm in every_alarm(topology)
        if _notices(topology, alarm, kind)
        and not why_never_alerts(topology, alarm)
        and not delivery_problem(topology, alarm.topics, CLOUDWATCH, alarm.logical_id)
        and (path := path_of(topology, alarm))
    )


def event_paths(topology: Topology, case: Case) -> tuple[Path, ...]:
    """Return the event rules and subscriptions that report one of the symptoms of a case."""
    found = (
        (path, symptom)
        for number, path in enumerate(topology.event_paths)
        if (symptom := case.first(number))
    )
    # Delivery is checked last, because it takes longest.
    return tuple(
        _event_path(path, symptom)
        for path, symptom in found
        if not delivery_problem(topology, path.topics, path.publisher, path.logical_id)
    )


def ends_before(topology: Topology, kind: str, path: Path) -> str:
    """Return why a fault is typically over before an alarm fires, or ""."""
    has_readers = any(database.readers for database in topology.databases)
    outage = TYPICAL_PROMOTION_SECONDS if has_readers else TYPICAL_REPLACEMENT_SECONDS
    if kind != "writer" or (path.worst_seconds or 0) <= outage:
        return ""
    return (
        f"{path.resource} fires after {path.worst_seconds:g} s at worst, a failover typically "
        f"takes < {outage} s, and then the metric continues with the new writer"
    )


def _notices(topology: Topology, alarm: AnyAlarm, kind: str) -> bool:
    """Return whether a fault changes an alarm from OK to ALARM."""
    if not isinstance(alarm, Alarm):
        return kind == "writer" and _reads_writer(topology, alarm)
    if alarm.joins_metrics:
        return kind == "writer" and _notices_writer(topology, alarm)
    if alarm.metric not in _ALARMED_BY[kind] or "AvailabilityZone" in alarm.dimensions:
        return False
    if alarm.metric == "UnHealthyHostCount":
        good, bad = 0, 1
    elif alarm.metric == "DatabaseConnections":
        good, bad = 1, 0
    else:
        good = max((service.desired for service in topology.services), default=1)
        bad = good - 1
    return alarm.fires_with({alarm.metric: bad}) and not alarm.fires_with({alarm.metric: good})


def _reads_writer(topology: Topology, alarm: AnyAlarm) -> bool:
    leaves = leaves_of(topology, alarm)
    metrics = {series.metric for leaf in leaves for series in leaf.series.values()}
    return bool(metrics & _ALARMED_BY["writer"]) and _notices_writer(topology, alarm)


def _notices_writer(topology: Topology, alarm: AnyAlarm) -> bool:
    return (
        alerts(topology, alarm, writer_lost(topology, connections=None))
        and state_of(topology, alarm, healthy(topology, writes=True)) != "ALARM"
    )


def _event_path(path: EventPath, symptom: Symptom) -> Path:
    return Path(
        resource=path.logical_id,
        best_seconds=symptom.best_seconds,
        worst_seconds=None,
        after=symptom.after,
        waits_for_task=symptom.waits_for_task,
        arithmetic=(
            f"{path.logical_id}: {symptom.what}, sent {symptom.after or 'immediately'}; "
            "AWS gives no upper limit"
        ),
    )
