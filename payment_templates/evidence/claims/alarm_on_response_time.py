"""Checks that an alarm fires when responses are slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm

_METRIC = "TargetResponseTime"
_PROMISED_SECONDS = 1


@claim("An alarm fires when responses take over 1 second", "CloudWatch Monitoring")
def alarm_on_response_time(topology: Topology) -> Finding:
    """Check that an alarm fires if TargetResponseTime exceeds 1 s, or at a lower threshold.

    Without requests the load balancer reports no data points. An alarm that treats missing data as
    breaching is then already in ALARM, and sends nothing when slow responses follow, because an
    alarm acts only when its state changes.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    return judge_alarm(
        topology,
        _METRIC,
        misses=_misses,
        why="it fires above 1 s, while there are requests",
    )


def _misses(alarm: Alarm) -> str:
    above = _PROMISED_SECONDS + 0.001
    # An alarm that fires at 0 s is always in ALARM, and so never sends a notification.
    if not alarm.fires_with({_METRIC: above}) or alarm.fires_with({_METRIC: 0}):
        return "does not fire above 1 s"
    if alarm.missing_data == "breaching":
        return "is already in ALARM without requests, and then sends nothing for slow responses"
    return ""
