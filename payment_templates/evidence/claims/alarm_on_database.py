"""Checks that an alarm detects a database failover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import watched
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
    writers = {database.writer.logical_id for database in topology.databases if database.writer}

    def misses(alarm: Alarm) -> str:
        instance = watched(topology, alarm, "DBInstanceIdentifier")
        by_instance = instance is not None and instance.logical_id in writers
        if alarm.dimensions.get("Role") != "WRITER" and not by_instance:
            return "does not watch only the writer"
        if not alarm.breaches(0) or alarm.breaches(1):
            return "does not fire at 0 connections"
        if alarm.missing_data != "breaching":
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
