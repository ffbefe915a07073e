"""Checks that health checks take a failed target out of service within 5 seconds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.refusals import (
    INTERVAL_SECONDS,
    THRESHOLD,
    TIMEOUT_SECONDS,
    target_group_refusals,
)
from payment_templates.evidence.recovery.steps import target_removal
from payment_templates.evidence.task_start.container_checks import container_checks

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_PROMISED_SECONDS = 5
_INTERVAL, _TIMEOUT, _THRESHOLD = INTERVAL_SECONDS[0], TIMEOUT_SECONDS[0], THRESHOLD[0]
_FEWEST = f"{_INTERVAL} x {_THRESHOLD} + {_TIMEOUT} = {_INTERVAL * _THRESHOLD + _TIMEOUT} s"


@claim("Health checks detect a failure within 5 seconds", "Success metric 2")
def detection_within_five_seconds(topology: Topology) -> Finding:
    """Check that interval x threshold + timeout is at most 5 s.

    That is the worst case: the failure occurs just after a check, and the last check times out. If
    the container has its own health check, the faster of the two counts: ECS then replaces the
    task. That check detects an application that does not respond, not a failed host or zone.
    """
    if not topology.target_groups:
        return absent("there is no target group")
    spans = {group: target_removal(group).span for group in topology.target_groups}
    lines = [
        f"{group.logical_id}: best {group.interval_seconds:g} x "
        f"({group.unhealthy_threshold} - 1) = {span.best}; worst "
        f"{group.interval_seconds:g} x {group.unhealthy_threshold} + {group.timeout_seconds:g} = "
        f"{span.worst}"
        for group, span in spans.items()
    ]
    checks = container_checks(topology)
    lines += [str(check) for found in checks.values() for check in found]
    own = {
        name: min(check.slowest_detection_seconds for check in found)
        for name, found in checks.items()
    }
    worst = max(
        min(span.worst.seconds, own.get(group.logical_id, math.inf))
        for group, span in spans.items()
    )
    if worst > _PROMISED_SECONDS:
        return broken(
            f"{worst:g} s at worst; a load balancer's own checks need at least {_FEWEST}",
            *lines,
            amount=worst,
        )
    for group in topology.target_groups:
        if problem := next(target_group_refusals(group), ""):
            return conditional(f"{worst:g} s at worst, if AWS accepted it, but {problem}", *lines)
    return kept(f"{worst:g} s at worst", *lines)
