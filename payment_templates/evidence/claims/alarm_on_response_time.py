"""An alarm watches for slow answers, and can fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alarms import Alarm

_PROMISED_SECONDS = 1


@claim("An alarm fires when answers take over 1 second", "CloudWatch Monitoring")
def alarm_on_response_time(topology: Topology) -> Finding:
    """Look for an alarm on TargetResponseTime > 1 s, or stricter."""
    return judge_alarm(
        topology,
        "TargetResponseTime",
        misses=_misses,
        why="it fires above 1 s, while requests flow",
    )


def _misses(alarm: Alarm) -> str:
    above = _PROMISED_SECONDS + 0.001
    # What fires at 0 s always fires, and then tells nothing.
    return "does not fire above 1 s" if not alarm.breaches(above) or alarm.breaches(0) else ""
