"""An alarm watches for slow answers, and can fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm

_PROMISED_SECONDS = 1


@claim("An alarm fires when answers take over 1 second", "CloudWatch Monitoring")
def alarm_on_response_time(topology: Topology) -> Finding:
    """Look for an alarm on TargetResponseTime > 1 s, or stricter.

    Without requests the load balancer sends no point. An alarm that counts that as bad is in ALARM
    until requests come, and sends nothing when they are slow: an alarm acts when its state changes.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """
    return judge_alarm(
        topology,
        "TargetResponseTime",
        misses=_misses,
        why="it fires above 1 s, while requests flow",
    )


def _misses(alarm: Alarm) -> str:
    above = _PROMISED_SECONDS + 0.001
    # What fires at 0 s always fires, and then tells nothing.
    if not alarm.breaches(above) or alarm.breaches(0):
        return "does not fire above 1 s"
    if alarm.missing_data == "breaching":
        return "is in ALARM without requests already, and then sends nothing for slow answers"
    return ""
