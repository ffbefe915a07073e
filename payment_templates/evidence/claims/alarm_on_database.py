"""Checks that an alarm detects a database failover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import healthy, is_alarming, writer_lost
from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import claim, conditional

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm


@claim("An alarm watches the database for failover", "Requirement 6")
def alarm_on_database(topology: Topology) -> Finding:
    """Check that an alarm fires if the writer has no connections or reports no data.

    An instance that is down reports no data points, but an idle writer has 0 connections too. An
    alarm acts only when its state changes, and after a failover the metric continues with the new
    writer's data:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """

    def misses(alarm: Alarm) -> str:
        if is_alarming(alarm, healthy(topology, writes=True)):
            return "fires while the writer has connections"
        if not is_alarming(alarm, writer_lost(topology, connections=0)):
            return "does not fire at 0 connections of the writer"
        if not is_alarming(alarm, writer_lost(topology, connections=None)):
            return f"is {alarm.missing_data} when the writer reports no data"
        return ""

    return judge_alarm(
        topology,
        "DatabaseConnections",
        misses=misses,
        why="an idle writer looks the same: the alarm is then already in ALARM and sends nothing "
        "at a failover; it also misses a failover shorter than its periods",
        verdict=conditional,
    )
