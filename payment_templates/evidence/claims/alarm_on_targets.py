"""An alarm watches for unhealthy targets, and can fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.firing import why_never_fires

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("An alarm fires on unhealthy targets", "Requirement 6")
def alarm_on_targets(topology: Topology) -> Finding:
    """Look for an alarm on UnHealthyHostCount > 0 by target group and load balancer.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    alarms = [alarm for alarm in topology.alarms if alarm.metric == "UnHealthyHostCount"]
    if not alarms:
        return broken("no alarm watches UnHealthyHostCount")
    for alarm in alarms:
        if problem := why_never_fires(topology, alarm):
            return broken(f"{alarm.logical_id} never fires: {problem}")
        if alarm.statistic == "Sum":
            return broken(f"{alarm.logical_id} sums: each node of the load balancer reports")
        if alarm.comparison != "GreaterThanThreshold" or alarm.threshold:
            return broken(f"{alarm.logical_id} does not fire at the first unhealthy target")
    lines = [f"{alarm.logical_id}: {alarm.statistic} of {alarm.metric} > 0" for alarm in alarms]
    return kept("it fires at the first unhealthy target", *lines)
