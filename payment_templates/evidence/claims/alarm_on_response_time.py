"""An alarm watches for slow answers, and can fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.firing import why_never_fires

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("An alarm fires when answers take over 1 second", "CloudWatch Monitoring")
def alarm_on_response_time(topology: Topology) -> Finding:
    """Look for an alarm on TargetResponseTime > 1 s."""
    alarms = [alarm for alarm in topology.alarms if alarm.metric == "TargetResponseTime"]
    if not alarms:
        return broken("no alarm watches TargetResponseTime")
    for alarm in alarms:
        if problem := why_never_fires(topology, alarm):
            return broken(f"{alarm.logical_id} never fires: {problem}")
        if alarm.comparison != "GreaterThanThreshold" or alarm.threshold != 1:
            return broken(f"{alarm.logical_id} does not fire above 1 s")
    lines = [f"{alarm.logical_id}: {alarm.statistic} of {alarm.metric} > 1 s" for alarm in alarms]
    return kept("it fires above 1 s, while requests flow", *lines)
