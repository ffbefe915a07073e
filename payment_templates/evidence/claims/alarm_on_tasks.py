"""Checks that an alarm fires when tasks are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import watched, why_never_fires
from payment_templates.evidence.alerting.alarm_states import is_alarming, without_newest_data
from payment_templates.evidence.alerting.composite_readers import why_nothing_acts
from payment_templates.evidence.alerting.metric_coverage import judge_alarm
from payment_templates.evidence.claim import Verdict, claim, conditional

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm
    from payment_templates.evidence.topology.compute.service import Service

_RUNNING, _WANTED = "RunningTaskCount", "DesiredTaskCount"


@claim("An alarm fires when fewer than 6 tasks run", "Requirement 6")
def alarm_on_tasks(topology: Topology) -> Finding:
    """Check that an alarm fires if RunningTaskCount falls below the desired count.

    If scaling adds tasks, an alarm must compare both numbers. They are in the namespace
    ECS/ContainerInsights:

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    """

    def misses(alarm: Alarm) -> str:
        service = watched(topology, alarm, "ServiceName")
        wanted = [
            each.desired
            for each in topology.services
            if service and each.logical_id == service.logical_id
        ]
        if alarm.joins_metrics:
            wanted = [service.desired for service in topology.services]
        if not all(_notices(alarm, count) for count in wanted):
            return "does not fire when one task is missing"
        if not is_alarming(alarm, without_newest_data):
            return f"is {alarm.missing_data} when nothing runs"
        return ""

    found = judge_alarm(
        topology,
        _RUNNING,
        misses=misses,
        why="it fires when one task is missing, and when no data arrives",
    )
    for service in topology.services:
        if found.verdict is Verdict.KEPT and service.most > service.desired:
            if any(_compares(topology, alarm, service) for alarm in topology.alarms):
                continue
            why = f"only while scaling wants {service.desired} tasks, not while it wants more"
            return conditional(why, *found.evidence)
    return found


def _notices(alarm: Alarm, wanted: int) -> bool:
    """Return whether an alarm fires if one of the wanted tasks is missing, and only then."""

    def fires(running: int) -> bool:
        return alarm.fires_with({_RUNNING: running, _WANTED: wanted})

    return fires(wanted - 1) and not fires(wanted)


def _compares(topology: Topology, alarm: Alarm, service: Service) -> bool:
    """Return whether an alarm alerts when one of any number of tasks is missing."""
    if {series.metric for series in alarm.series.values()} != {_RUNNING, _WANTED}:
        return False
    if why_never_fires(topology, alarm) or why_nothing_acts(topology, alarm):
        return False
    return all(_notices(alarm, count) for count in range(service.desired, service.most + 1))
