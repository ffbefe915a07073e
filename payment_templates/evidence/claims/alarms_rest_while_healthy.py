"""Checks that no alarm is in ALARM as long as the stack is healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    is_alarming,
    is_in_global_database,
    without_newest_data,
)
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
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
    FILL also replaces the newest data point if it is published late, so more than one must breach:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    alarms = [alarm for alarm in topology.alarms if not alarm.unread]
    if not alarms:
        return absent("there is no alarm")
    roles = {"with the writer": True}
    if is_in_global_database(topology):
        roles["while the other region has the writer"] = False
    lines: list[str] = []
    for words, writes in roles.items():
        for alarm in alarms:
            if is_alarming(alarm, healthy(topology, writes=writes)):
                metrics = ", ".join(series.metric for series in alarm.series.values())
                return broken(
                    f"{alarm.logical_id} is always in ALARM {words}: {metrics} has no data", *lines
                )
        lines.append(f"{words}: {quantity(len(alarms), 'alarm')} at rest")
    if hasty := [alarm.logical_id for alarm in alarms if _is_hasty(alarm)]:
        return conditional(
            f"if {', '.join(hasty)} has the data of the newest minute in time: FILL replaces it, "
            "and one data point is enough",
            *lines,
        )
    return kept("none is, with the writer or without it" if len(roles) > 1 else "none is", *lines)


def _is_hasty(alarm: Alarm) -> bool:
    """Return whether one late data point is enough for an alarm that fills missing data."""
    fills = alarm.filled or any("FILL" in text for text in alarm.expressions.values())
    return fills and alarm.datapoints <= 1 and is_alarming(alarm, without_newest_data)
