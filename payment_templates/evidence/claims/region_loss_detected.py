"""Checks that a region failure sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_delay import alarm_path
from payment_templates.evidence.alerting.alarm_firing import watched, why_never_fires
from payment_templates.evidence.alerting.delivery import delivery_problem
from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.topology.alerting.events import CLOUDWATCH

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm

# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
_METRICS_REGION = "us-east-1"


@claim("A region failure sends an alert", "Issue: detection of single faults")
def region_loss_detected(topology: Topology) -> Finding:
    """Check that the same stack in us-east-1 has an alarm on a health check of another region.

    Route 53 publishes health check metrics only in us-east-1:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
    """
    if topology.stack.region == _METRICS_REGION:
        return broken(
            "every alarm and event rule is in the region that fails, and so are the metrics of its "
            "health checks",
            amount=1,
        )
    counterpart = topology.counterpart
    if counterpart is None or counterpart.stack.region != _METRICS_REGION:
        return broken(f"no stack is in {_METRICS_REGION}, where health checks report", amount=1)
    alarms = [alarm for alarm in counterpart.alarms if _tells(counterpart, alarm)]
    if not alarms:
        return broken(
            f"the stack in {_METRICS_REGION} watches no health check of another region", amount=1
        )
    return conditional(
        f"if the health check requests this region, and while {_METRICS_REGION} works",
        *(alarm_path(counterpart, alarm).arithmetic for alarm in alarms),
    )


def _tells(counterpart: Topology, alarm: Alarm) -> bool:
    if alarm.metric != "HealthCheckStatus" or why_never_fires(counterpart, alarm):
        return False
    check = watched(counterpart, alarm, "HealthCheckId")
    asked = check.properties.child("HealthCheckConfig") if check else None
    return (
        asked is not None
        # A health check of its own load balancer does not cover another region.
        and not asked.text("FullyQualifiedDomainName").startswith("${")
        # 1 is healthy, 0 is not.
        and alarm.breaches(0)
        and not alarm.breaches(1)
        and not delivery_problem(counterpart, alarm.topics, CLOUDWATCH, alarm.logical_id)
    )
