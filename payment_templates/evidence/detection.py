"""Every path from a fault to a person, with its best and its worst time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.firing import why_never_fires
from payment_templates.evidence.reach import why_nobody_hears
from payment_templates.evidence.topology.events import CLOUDWATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alarms import Alarm
    from payment_templates.evidence.topology.events import EventPath

# AWS publishes no figure for how long a metric takes to CloudWatch: one period is assumed.
ASSUMED_DELIVERY_SECONDS = 60
# An alarm is evaluated once a minute, with a period below a minute every 10 s:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
_EVALUATION_SECONDS = 60
_FAST_EVALUATION_SECONDS = 10
# An alarm looks at more periods than it needs, and takes points that are missing for missing only
# when all of them are (same page); two to three more periods are what users see.
_PERIODS_UNTIL_MISSING = 3
_STATISTIC_OF_WHOLE_PERIOD = "Minimum"

_ALARMED_BY = {
    "zone": {"UnHealthyHostCount", "HealthyHostCount", "RunningTaskCount"},
    "task": {"UnHealthyHostCount", "HealthyHostCount", "RunningTaskCount"},
    "writer": {"DatabaseConnections", "EngineUptime"},
    "NAT gateway": set[str](),
}
_HOST_METRICS = {"UnHealthyHostCount", "HealthyHostCount"}


@dataclass(frozen=True, kw_only=True)
class Path:
    """One path by which a fault is told to a person."""

    resource: str
    best_seconds: float
    # None where AWS publishes no bound.
    worst_seconds: float | None
    arithmetic: str


def alarm_path(topology: Topology, alarm: Alarm) -> Path:
    """Compute how long an alarm takes: source, periods, delivery and evaluation."""
    period, count = alarm.period_seconds, alarm.datapoints
    groups = topology.target_groups if alarm.metric in _HOST_METRICS else ()
    first = max((group.fastest_detection_seconds for group in groups), default=0)
    last = max((group.slowest_detection_seconds for group in groups), default=0)
    whole = period if alarm.statistic == _STATISTIC_OF_WHOLE_PERIOD else 0
    missing = (
        alarm.metric == "DatabaseConnections"
        and alarm.missing_data == "breaching"
        and not alarm.filled
    )
    late = period * _PERIODS_UNTIL_MISSING if missing else 0
    evaluation = _EVALUATION_SECONDS if period >= _EVALUATION_SECONDS else _FAST_EVALUATION_SECONDS
    delivery = ASSUMED_DELIVERY_SECONDS if alarm.namespace.startswith(("AWS/", "ECS/")) else 0
    best = first + period * (count - 1) + delivery
    worst = last + period * count + whole + late + delivery + evaluation
    parts = [
        f"source {last:g}",
        f"{count} x period {period:g}",
        *([f"whole period {whole:g}"] if whole else []),
        *(
            [f"{_PERIODS_UNTIL_MISSING} periods until missing points count {late:g}"]
            if late
            else []
        ),
        f"delivery {delivery} (assumed: AWS publishes none)",
        f"evaluation {evaluation}",
    ]
    return Path(
        resource=alarm.logical_id,
        best_seconds=best,
        worst_seconds=worst,
        arithmetic=(
            f"{alarm.logical_id}: "
            f"best {first:g} + {count - 1} x {period:g} + {delivery} = {best:g} s; "
            f"worst {' + '.join(parts)} = {worst:g} s"
        ),
    )


def paths_of(topology: Topology, kind: str) -> tuple[Path, ...]:
    """List the paths by which a kind of fault reaches a person."""
    alarms = (
        alarm_path(topology, alarm)
        for alarm in topology.alarms
        if alarm.metric in _ALARMED_BY[kind]
        and not why_never_fires(topology, alarm)
        and not why_nobody_hears(topology, alarm.topics, CLOUDWATCH, alarm.logical_id)
    )
    return (*alarms, *_event_paths(topology, kind))


def _event_paths(topology: Topology, kind: str) -> Iterator[Path]:
    for path in topology.event_paths:
        if why_nobody_hears(topology, path.topics, path.publisher, path.logical_id):
            continue
        if heard := _heard(path, kind):
            yield Path(
                resource=path.logical_id,
                best_seconds=0,
                worst_seconds=None,
                arithmetic=f"{path.logical_id}: {heard}, sent at once; AWS gives no bound",
            )


def _heard(path: EventPath, kind: str) -> str:
    """Say which of the events that a fault causes a path hears, empty when it hears none."""
    if "aws.ecs" in path.sources:
        detail = path.pattern.child("detail")
        stopped = "ECS Task State Change" in path.kinds and "STOPPED" in detail.texts("lastStatus")
        if kind in {"zone", "task"}:
            return "ECS Task State Change, STOPPED" if stopped else ""
        placing = {"SERVICE_TASK_PLACEMENT_FAILURE", "SERVICE_TASK_START_IMPAIRED"}
        named = sorted(placing & set(detail.texts("eventName")))
        if kind == "NAT gateway":
            return ", ".join(named) or ("STOPPED by a failed start" if stopped else "")
    if path.source_type == "db-cluster" and kind in {"writer", "zone"} and "failover" in path.kinds:
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
        return "RDS-EVENT-0073 and 0071, failover started and completed (best effort)"
    return ""
