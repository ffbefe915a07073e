"""Checks that an alarm fires on unhealthy targets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import watched
from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import Verdict, claim, conditional

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm

_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
_METRIC = "UnHealthyHostCount"
_LOWEST = "Minimum"


@claim("An alarm fires on unhealthy targets", "Requirement 6")
def alarm_on_targets(topology: Topology) -> Finding:
    """Check that an alarm fires if UnHealthyHostCount of the services' target group is above 0.

    The minimum is above 0 only when every node of the load balancer finds a target unhealthy.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    # One group alone is that of the services, if they have one.
    several = len(topology.stack.of_type(_GROUP)) > 1
    services = topology.services if several else ()
    used = {group for service in services for group in service.target_groups}

    def misses(alarm: Alarm, *, lowest: bool) -> str:
        if zone := alarm.dimensions.get("AvailabilityZone"):
            return f"watches only {zone}"
        group = watched(topology, alarm, "TargetGroup")
        if used and group and group.logical_id not in used:
            return f"watches {group.logical_id}, which has no service"
        if not alarm.fires_with({_METRIC: 1}) or alarm.fires_with({_METRIC: 0}):
            return "does not fire at the first unhealthy target"
        if alarm.statistic == _LOWEST and not lowest:
            return "fires only once every node of the load balancer finds a target unhealthy"
        return ""

    found = judge_alarm(
        topology,
        _METRIC,
        misses=partial(misses, lowest=False),
        why="it fires at the first unhealthy target",
    )
    if found.verdict is not Verdict.BROKEN:
        return found
    # Only an alarm on the minimum may be left.
    return judge_alarm(
        topology,
        _METRIC,
        misses=partial(misses, lowest=True),
        why="once every node of the load balancer finds a target unhealthy",
        verdict=conditional,
    )
