"""Checks that a region failure sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_delay import alarm_path
from payment_templates.evidence.alerting.alarm_firing import why_never_fires
from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    is_alarming,
    is_in_global_database,
    other_region_lost,
    starts_with_writer,
)
from payment_templates.evidence.alerting.delivery import delivery_problem
from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.topology.alerting.events import CLOUDWATCH
from payment_templates.facts.metrics import HEALTH_CHECK_REGION

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm

# What the template does not show of the metrics that report another region.
_CONDITIONS = {
    "HealthCheckStatus": "the health check asks this region",
    "FailedInvocations": "EventBridge reports the events that this region does not accept",
}


@claim("A region failure sends an alert", "Issue: detection of single faults")
def region_loss_detected(topology: Topology) -> Finding:
    """Check that the other region has an alarm that the loss of this one puts into ALARM.

    Route 53 publishes health check metrics only in us-east-1, so they report no loss of us-east-1:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
    The replication lag of a global database is published in the region without the writer. AWS does
    not say whether it grows or ends when the other region is lost, so an alarm must count both.
    """
    region, survivor = topology.stack.region, topology.counterpart
    if survivor is None:
        return broken(f"no other region is in the partition of {region}", amount=1)
    swapped = is_in_global_database(survivor)
    first = starts_with_writer(survivor)
    alarms = _reporters(survivor, writes=first)
    if not alarms and _declares_health_alarm(survivor):
        return conditional("only with a hosted zone and a domain name")
    if not alarms:
        return broken(
            f"no alarm in {survivor.stack.region} reports it: every other alarm and event rule is "
            "in the region that fails",
            amount=1,
        )
    paths = [alarm_path(survivor, alarm) for alarm in alarms]
    fastest = min(path.worst_seconds or 0 for path in paths)
    lines = [f"{survivor.stack.region}: {path.arithmetic}" for path in paths]
    names = ", ".join(alarm.logical_id for alarm in alarms)
    why = f"after {fastest:g} s at worst, by {names} in {survivor.stack.region}"
    metrics = {series.metric for alarm in alarms for series in alarm.series.values()}
    conditions = [words for metric, words in _CONDITIONS.items() if metric in metrics]
    if conditions:
        why += f", if {', and '.join(conditions)}"
    if swapped and not _reporters(survivor, writes=not first):
        why += "; not after an operator moved the writer"
    return conditional(why, *lines)


def _reporters(survivor: Topology, *, writes: bool) -> list[Alarm]:
    """Return the alarms of the surviving region that go from OK to ALARM."""
    return [
        alarm
        for alarm in survivor.alarms
        if not why_never_fires(survivor, alarm)
        and not is_alarming(alarm, healthy(survivor, writes=writes))
        and all(
            is_alarming(alarm, other_region_lost(survivor, writes=writes, lag_ends=ends))
            for ends in (True, False)
        )
        and not delivery_problem(survivor, alarm.topics, CLOUDWATCH, alarm.logical_id)
    ]


def _declares_health_alarm(survivor: Topology) -> bool:
    """Return whether the template has an alarm on a health check that is not created here."""
    return survivor.stack.region == HEALTH_CHECK_REGION and any(
        "HealthCheckStatus" in str(alarm.properties)
        for alarm in survivor.stack.template.of_type("AWS::CloudWatch::Alarm")
        if alarm.logical_id not in survivor.stack.resources
    )
