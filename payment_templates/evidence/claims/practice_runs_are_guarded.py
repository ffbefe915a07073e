"""Checks that practice runs of zonal autoshift cannot overload the tasks unnoticed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import why_never_fires
from payment_templates.evidence.alerting.alarm_states import healthy, is_alarming
from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.faults.zonal_shift import (
    autoshifts_of,
    shifted_balancer,
    takes_part,
)
from payment_templates.evidence.recovery.capacity import FULL_PERCENT, worst_zone_loss

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_ALARM = "AWS::CloudWatch::Alarm"


@claim("Practice runs of zonal autoshift are guarded", "Issue: capacity and zones")
def practice_runs_are_guarded(topology: Topology) -> Finding:
    """Check that an alarm ends a practice run, and that the other zones can carry the load.

    About once a week, AWS shifts the traffic away from a zone for 30 minutes. It ends the run if an
    outcome alarm fires. For an Application Load Balancer it does not check the capacity first:
    https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-autoshift.how-it-works.capacity-check.html
    """
    autoshifts = autoshifts_of(topology)
    if not autoshifts:
        return not_applicable("no zonal autoshift")
    lines: list[str] = []
    doubts: list[str] = []
    for autoshift in autoshifts:
        balancer = shifted_balancer(topology, autoshift)
        if balancer and not takes_part(balancer):
            return broken(f"{balancer.logical_id} does not take part: zonal shift is off", *lines)
        if balancer is None:
            doubts.append(f"the resource of {autoshift.logical_id} takes part in zonal shifts")
        if problem := _alarm_problem(topology, autoshift, lines, doubts):
            return broken(problem, *lines)
    for service in topology.services:
        loss = worst_zone_loss(service)
        needs = loss.cpu_percent if loss else math.inf
        lines.append(f"{service.logical_id}: {needs:g} % CPU without one zone")
        if needs > FULL_PERCENT:
            return broken(f"a practice run needs {needs:g} % CPU of the other tasks", *lines)
    if doubts:
        return conditional(f"if {', and '.join(doubts)}", *lines)
    return kept("an alarm ends them, and the other zones carry the load", *lines)


def _alarm_problem(
    topology: Topology, autoshift: StackResource, lines: list[str], doubts: list[str]
) -> str:
    """Return why no alarm ends a practice run, or "" with the evidence in the two lists."""
    run = autoshift.properties.child("PracticeRunConfiguration")
    outcomes = run.children("OutcomeAlarms")
    if not outcomes:
        return f"{autoshift.logical_id} has no outcome alarm"
    for outcome in outcomes:
        found = topology.stack.find(outcome.get("AlarmIdentifier"), _ALARM, kinds=("arn",))
        if found is None:
            doubts.append(f"the outcome alarm of {autoshift.logical_id} exists and watches it")
            continue
        alarm = next(each for each in topology.alarms if each.logical_id == found.logical_id)
        if problem := why_never_fires(topology, alarm):
            return f"{alarm.logical_id} never ends a practice run: {problem}"
        if is_alarming(alarm, healthy(topology, writes=True)):
            return f"{alarm.logical_id} is always in ALARM: no practice run succeeds"
        lines.append(f"{autoshift.logical_id}: {alarm.logical_id} ends a practice run")
    return ""
