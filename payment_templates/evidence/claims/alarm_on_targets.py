"""Checks that an alarm fires on unhealthy targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm


@claim("An alarm fires on unhealthy targets", "Requirement 6")
def alarm_on_targets(topology: Topology) -> Finding:
    """Check that an alarm fires if UnHealthyHostCount of a target group is above 0.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    return judge_alarm(
        topology,
        "UnHealthyHostCount",
        misses=_misses,
        why="it fires at the first unhealthy target",
    )


def _misses(alarm: Alarm) -> str:
    if zone := alarm.dimensions.get("AvailabilityZone"):
        return f"watches only {zone}"
    if not alarm.breaches(1) or alarm.breaches(0):
        return "does not fire at the first unhealthy target"
    return ""
