"""Checks that an alarm fires when tasks are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import watched
from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm


@claim("An alarm fires when fewer than 6 tasks run", "Requirement 6")
def alarm_on_tasks(topology: Topology) -> Finding:
    """Check that an alarm fires if RunningTaskCount falls below the desired count.

    The metric is in the namespace ECS/ContainerInsights:

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    """

    def misses(alarm: Alarm) -> str:
        service = watched(topology, alarm, "ServiceName")
        wanted = [
            each.desired
            for each in topology.services
            if service and each.logical_id == service.logical_id
        ]
        if not all(alarm.breaches(count - 1) and not alarm.breaches(count) for count in wanted):
            return "does not fire when one task is missing"
        if alarm.missing_data != "breaching":
            return f"is {alarm.missing_data} when nothing runs"
        return ""

    return judge_alarm(
        topology,
        "RunningTaskCount",
        misses=misses,
        why="it fires when one task is missing, and when no data arrives",
    )
