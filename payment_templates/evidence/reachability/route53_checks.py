"""Decides whether a Route 53 health check follows the health of the load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.reachability.check_requests import (
    answer_conditions,
    answer_problems,
    asked_listeners,
    checked_balancers,
)
from payment_templates.evidence.topology.traffic.records import HEALTH_CHECK, read_health_check
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.records import HealthCheck

# HealthCheckConfig, RequestInterval and FailureThreshold:
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
_INTERVALS_SECONDS = {10, 30}
_FAILURES = range(1, 11)
# botocore route53, HealthCheckConfig, Regions: its minimum.
_FEWEST_REGIONS = 3
_ASKING = ("HTTP", "HTTPS", "TCP")
_CALCULATED = "CALCULATED"
# Calculated checks of calculated checks are read so deep.
_DEEPEST = 5


def check_problems(topology: Topology, check: HealthCheck, depth: int = 0) -> Iterator[str]:
    """Yield why a health check does not follow the health of the load balancer."""
    yield from _setting_problems(check)
    if check.kind == _CALCULATED and depth < _DEEPEST:
        yield from _calculated_problems(topology, check, depth)
    if not check.kind.startswith(_ASKING):
        return
    name = check.logical_id
    if not checked_balancers(topology, check):
        yield f"{name} does not check a load balancer of the stack"
        return
    if check.port is None:
        return
    if check.kind == "TCP":
        yield f"{name} only opens a connection, which {check.target} accepts without a target"
    protocol = check.kind.partition("_")[0]
    listeners = asked_listeners(topology, check)
    if not any(protocol in {listener.protocol, "TCP"} for listener in listeners):
        yield f"{name} asks {protocol} on {check.port}, where no listener speaks it"
    elif all(listener.redirects and not listener.target_groups for listener in listeners):
        # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
        yield f"{name} asks {check.port}, which redirects: Route 53 takes 3xx for healthy"
    yield from answer_problems(topology, check)


def check_conditions(topology: Topology, check: HealthCheck) -> Iterator[str]:
    """Yield what the template does not show of a health check."""
    if not check.kind.startswith(_ASKING):
        yield f"{check.logical_id}, which is {check.kind}, depends on the load balancer"
    elif check.port is None:
        yield f"{check.logical_id}, which sets no port, uses the default port of {check.kind}"
    if check.kind.endswith("_STR_MATCH"):
        yield f"the answer to {check.logical_id} contains its text"
    yield from answer_conditions(topology, check)


def _setting_problems(check: HealthCheck) -> Iterator[str]:
    name = check.logical_id
    # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    if check.disabled:
        yield f"{name} is disabled, so it is always healthy"
    if check.inverted:
        yield f"{name} is inverted: healthy when the load balancer is not"
    if check.interval_seconds not in _INTERVALS_SECONDS or check.failure_threshold not in _FAILURES:
        asked = (
            f"every {check.interval_seconds:g} s, {quantity(check.failure_threshold, 'failure')}"
        )
        yield f"{name} has {asked}: Route 53 accepts 10 or 30 s, 1 to 10 failures"
    if 0 < len(check.regions) < _FEWEST_REGIONS:
        checks = f"{name} checks from {quantity(len(check.regions), 'region')}"
        yield f"{checks}: Route 53 asks for at least {_FEWEST_REGIONS}"


def _calculated_problems(topology: Topology, check: HealthCheck, depth: int) -> Iterator[str]:
    """Yield why a calculated check stays as it is when the load balancer fails.

    botocore route53, HealthCheckConfig, HealthThreshold.
    """
    name, needed, count = check.logical_id, check.health_threshold, len(check.children)
    if needed == 0:
        yield f"{name} has the HealthThreshold 0, so it is always healthy"
    if needed > count:
        yield f"{name} needs {quantity(needed, 'check')} of {count}, so it is never healthy"
    found = [topology.stack.of(child, HEALTH_CHECK) for child in dict.fromkeys(check.children)]
    # Checks that are not in the stack may follow the load balancer.
    problems = [
        next(check_problems(topology, read_health_check(child), depth + 1), "")
        for child in found
        if child
    ]
    steady = [problem for problem in problems if problem]
    if steady and len(steady) >= needed:
        yield f"{name} does not follow the load balancer: {steady[0]}"
