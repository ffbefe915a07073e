"""Checks that a region failure sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    heartbeat_seconds,
    heartbeat_stopped,
    is_alarming,
    is_in_global_database,
    metrics_without_history,
    other_region_lost,
    starts_with_writer,
)
from payment_templates.evidence.alerting.composite_delay import path_of
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.alerting.composite_states import (
    alerts,
    leaves_of,
    state_of,
    why_never_alerts,
)
from payment_templates.evidence.alerting.delivery import delivery_problem
from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.topology.alerting.events import CLOUDWATCH
from payment_templates.facts.metrics import HEALTH_CHECK_REGION

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# What the template does not show of the metrics that report another region.
_CONDITIONS = {
    "HealthCheckStatus": "the health check asks this region",
    "FailedInvocations": "EventBridge reports the events that this region does not accept",
}
# AWS documents targets in another region for rules on events, and does not mention schedules:
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
_UNWATCHED = "a schedule can send to another region, which no alarm checks"


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
    cases = _reporters(survivor, writes=first)
    alarms = [*{alarm.logical_id: alarm for case in cases for alarm in case}.values()]
    if not alarms and _declares_health_alarm(survivor):
        return conditional("only with a hosted zone and a domain name")
    if not alarms:
        return broken(
            f"no alarm in {survivor.stack.region} reports it: every other alarm and event rule is "
            "in the region that fails",
            amount=1,
        )
    paths = {it.logical_id: path for it in alarms if (path := path_of(survivor, it))}
    # Which case it is, is not known: the slower one counts.
    fastest = max(min(paths[it.logical_id].worst_seconds or 0 for it in case) for case in cases)
    lines = [f"{survivor.stack.region}: {path.arithmetic}" for path in paths.values()]
    names = ", ".join(alarm.logical_id for alarm in alarms)
    why = f"after {fastest:g} s at worst, by {names} in {survivor.stack.region}"
    leaves = [leaf for alarm in alarms for leaf in leaves_of(survivor, alarm)]
    metrics = {series.metric for leaf in leaves for series in leaf.series.values()}
    conditions = [words for metric, words in _CONDITIONS.items() if metric in metrics]
    if "FailedInvocations" in metrics and not _watches_heartbeat(survivor):
        conditions.append(_UNWATCHED)
    usual = healthy(survivor, writes=first)
    if any(metrics_without_history(leaf, usual) for leaf in leaves):
        conditions.append("metric math gives a result for a metric that never had data")
    if conditions:
        why += f", if {', and '.join(conditions)}"
    if swapped:
        why += _after_a_move(survivor, writes=not first)
    return conditional(why, *lines)


def _reporters(survivor: Topology, *, writes: bool) -> list[list[AnyAlarm]]:
    """Return the alarms of the surviving region that report the loss of the other one.

    Those that do if the lag ends, and those that do if it grows: AWS does not say which it is. None
    if one of the two is not reported. Raises UnexpectedValueError if an alarm that the template
    does not decide is the only one that may report it.
    """
    both: list[list[AnyAlarm]] = []
    undecided: list[UnexpectedValueError] = []
    for ends in (True, False):
        lost = other_region_lost(survivor, writes=writes, lag_ends=ends)
        firing, doubts = _firing(survivor, healthy(survivor, writes=writes), lost)
        if not firing and not doubts:
            return []
        both.append(firing)
        undecided += [] if firing else doubts
    if undecided:
        raise undecided[0]
    return both


def _firing(
    survivor: Topology, usual: Situation, lost: Situation
) -> tuple[list[AnyAlarm], list[UnexpectedValueError]]:
    """Return the alarms that send an alert, and why the template does not decide it of others."""
    firing: list[AnyAlarm] = []
    undecided: list[UnexpectedValueError] = []
    for alarm in every_alarm(survivor):
        try:
            if (
                not why_never_alerts(survivor, alarm)
                and state_of(survivor, alarm, usual) != "ALARM"
                and alerts(survivor, alarm, lost)
                and not delivery_problem(survivor, alarm.topics, CLOUDWATCH, alarm.logical_id)
            ):
                firing.append(alarm)
        except UnexpectedValueError as error:
            # An alarm without a topic sends nothing in any case.
            if alarm.topics:
                undecided.append(error.with_traceback(None))
    return firing, undecided


def _after_a_move(survivor: Topology, *, writes: bool) -> str:
    """Return words for an alert that does not come, or may not, once the writer is elsewhere."""
    try:
        found = _reporters(survivor, writes=writes)
    except UnexpectedValueError as error:
        return f"; whether also after an operator moved the writer is not decided: {error}"
    return "" if found else "; not after an operator moved the writer"


def _watches_heartbeat(survivor: Topology) -> bool:
    """Return whether an alarm reports that a region sends no heartbeats to the other one."""
    return any(
        any(heartbeat_seconds(survivor, series) for series in alarm.series.values())
        and alarm.is_evaluated
        and is_alarming(alarm, heartbeat_stopped)
        and not why_never_alerts(survivor, alarm)
        and not delivery_problem(survivor, alarm.topics, CLOUDWATCH, alarm.logical_id)
        for alarm in survivor.alarms
    )


def _declares_health_alarm(survivor: Topology) -> bool:
    """Return whether the template has an alarm on a health check that is not created here."""
    return survivor.stack.region == HEALTH_CHECK_REGION and any(
        "HealthCheckStatus" in str(alarm.properties)
        for alarm in survivor.stack.template.of_type("AWS::CloudWatch::Alarm")
        if alarm.logical_id not in survivor.stack.resources
    )
