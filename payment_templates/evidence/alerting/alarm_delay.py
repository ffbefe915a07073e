"""Calculates the time from a fault until an alarm on a metric sends its alert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import dimension_target
from payment_templates.evidence.alerting.alarm_states import heartbeat_seconds
from payment_templates.evidence.topology.traffic.records import read_health_check
from payment_templates.facts.metrics import COMPLETED_BACKUPS
from payment_templates.facts.timings import (
    ALARM_EVALUATION_SECONDS,
    ASSUMED_METRIC_DELIVERY_SECONDS,
    DAY_SECONDS,
    FAST_ALARM_EVALUATION_SECONDS,
    MULTI_DAY_ALARM_EVALUATION_SECONDS,
    PERIODS_UNTIL_MISSING,
)

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm
    from payment_templates.evidence.topology.traffic.load_balancer import TargetGroup
    from payment_templates.evidence.topology.traffic.records import HealthCheck

_STATISTIC_OF_WHOLE_PERIOD = "Minimum"
_HOST_METRICS = {"UnHealthyHostCount", "HealthyHostCount"}
# The metrics that stop during the fault that an alarm on them reports.
_STOPPING_METRICS = {"DatabaseConnections", COMPLETED_BACKUPS}


@dataclass(frozen=True, kw_only=True)
class Path:
    """One path from a fault to an alert, with its best and worst time."""

    resource: str
    best_seconds: float
    # None if AWS publishes no upper limit.
    worst_seconds: float | None
    arithmetic: str
    # What delays the event; empty if it is sent immediately.
    after: str = ""
    # Whether the event is sent only once a new task is healthy.
    waits_for_task: bool = False


def alarm_path(topology: Topology, alarm: Alarm) -> Path:
    """Return the time of an alarm: source + periods + metric delivery + evaluation."""
    period, count = alarm.period_seconds, alarm.datapoints
    metrics = {series.metric for series in alarm.series.values()}
    groups = topology.target_groups if metrics & _HOST_METRICS else ()
    checks = [
        read_health_check(check)
        for series in alarm.series.values()
        if (check := dimension_target(topology, series, "HealthCheckId"))
    ]
    sources: list[TargetGroup | HealthCheck] = [*groups, *checks]
    first = max((source.fastest_detection_seconds for source in sources), default=0)
    last = max((source.slowest_detection_seconds for source in sources), default=0)
    last += max(
        (heartbeat_seconds(topology, series) or 0 for series in alarm.series.values()), default=0
    )
    whole = period if alarm.statistic == _STATISTIC_OF_WHOLE_PERIOD else 0
    filled = alarm.filled or any("FILL" in text for text in alarm.expressions.values())
    stops = bool(metrics & _STOPPING_METRICS)
    missing = stops and alarm.missing_data == "breaching" and not filled
    late = period * PERIODS_UNTIL_MISSING if missing else 0
    # Other metrics report a bad value during a fault; whether they stop is not documented.
    silence = (
        f"; plus {period * PERIODS_UNTIL_MISSING:g} s if the metric stops reporting"
        if alarm.missing_data == "breaching" and not missing and not filled
        else ""
    )
    evaluation = _evaluation_seconds(alarm)
    published = any(
        series.namespace.startswith(("AWS/", "ECS/")) for series in alarm.series.values()
    )
    delivery = ASSUMED_METRIC_DELIVERY_SECONDS if published else 0
    best = first + period * (count - 1) + delivery
    worst = last + period * count + whole + late + delivery + evaluation
    parts = [
        f"source {last:g}",
        f"{count} x period {period:g}",
        *([f"whole period {whole:g}"] if whole else []),
        *(
            [f"{PERIODS_UNTIL_MISSING} periods until data counts as missing {late:g}"]
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
            f"worst {' + '.join(parts)} = {worst:g} s{silence}"
        ),
    )


def _evaluation_seconds(alarm: Alarm) -> int:
    if alarm.period_seconds * alarm.evaluation_periods > DAY_SECONDS:
        return MULTI_DAY_ALARM_EVALUATION_SECONDS
    fast = alarm.period_seconds < ALARM_EVALUATION_SECONDS
    return FAST_ALARM_EVALUATION_SECONDS if fast else ALARM_EVALUATION_SECONDS
