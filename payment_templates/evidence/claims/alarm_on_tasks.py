"""An alarm watches for missing tasks, and can fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.firing import why_never_fires

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("An alarm fires when fewer than 6 tasks run", "Requirement 6")
def alarm_on_tasks(topology: Topology) -> Finding:
    """Look for an alarm on RunningTaskCount below the desired count, in ECS/ContainerInsights.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    """
    alarms = [alarm for alarm in topology.alarms if alarm.metric == "RunningTaskCount"]
    if not alarms:
        return broken("no alarm watches RunningTaskCount")
    wanted = {service.desired for service in topology.services}
    for alarm in alarms:
        if problem := why_never_fires(topology, alarm):
            return broken(f"{alarm.logical_id} never fires: {problem}")
        if alarm.comparison != "LessThanThreshold" or wanted != {alarm.threshold}:
            return broken(f"{alarm.logical_id} does not fire at one task too few")
        if alarm.missing_data != "breaching":
            return broken(f"{alarm.logical_id} is {alarm.missing_data} when nothing runs")
    lines = [
        f"{alarm.logical_id}: {alarm.namespace} {alarm.metric} < {alarm.threshold:g}"
        for alarm in alarms
    ]
    return kept("it fires at one task too few, and when no point comes", *lines)
