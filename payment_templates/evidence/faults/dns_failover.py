"""Decides whether a DNS record can fail over: its target and its health check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.faults.global_databases import has_copies
from payment_templates.evidence.faults.readiness import asks_for_readiness, liveness_paths
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.records import HealthCheck, Record

# HealthCheckConfig, RequestInterval and FailureThreshold:
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
_INTERVALS_SECONDS = {10, 30}
_FAILURES = range(1, 11)
_ASKING = ("HTTP", "HTTPS", "TCP")


def failover_problems(topology: Topology, record: Record) -> Iterator[str]:
    """Yield a sentence for each reason why a record does not follow the load balancer's health."""
    name = record.logical_id
    if record.empty:
        yield f"{name} is created although its {record.empty} is empty: Route 53 refuses it"
    if record.mixed_with:
        yield f"{name} has {record.mixed_with[0]} and Failover: a record has only one policy"
    if not set(record.answers) & set(_names(topology)):
        yield f"{name} points to {', '.join(record.answers) or 'nothing'}, not to a load balancer"
    if record.lacks_ttl:
        yield f"{name} has no TTL, which only an alias may omit"
    if not record.alias and record.kind != "CNAME":
        yield f"{name} is of type {record.kind}, which cannot point to a name"
    check = record.health_check
    if check:
        yield from _check_problems(topology, check)
    elif not record.evaluates_target:
        yield f"{name} has no health check"


def failover_conditions(topology: Topology, record: Record) -> Iterator[str]:
    """Yield what the template does not show of a record's health check."""
    check = record.health_check
    if check and not check.kind.startswith(_ASKING):
        yield f"{check.logical_id}, which is {check.kind}, depends on the load balancer"
    elif check and check.port is None:
        yield f"{check.logical_id}, which sets no port, uses the default port of {check.kind}"
    if check and check.kind.endswith("_STR_MATCH"):
        yield f"the answer to {check.logical_id} contains its text"
    paths = liveness_paths(topology)
    if check and has_copies(topology):
        yield _readiness(topology, check)
    elif check and check.path and paths and check.path not in paths:
        yield f"{check.path}, which {check.logical_id} asks, answers as {', '.join(paths)} does"


def _readiness(topology: Topology, check: HealthCheck) -> str:
    """Return what must hold so that the record follows the one database that takes writes."""
    if asks_for_readiness(topology, check):
        return (
            f"{check.path}, which {check.logical_id} asks, succeeds only where the database takes "
            "writes"
        )
    return (
        f"payments may fail where only the other region's database takes writes: "
        f"{check.logical_id} asks {check.path or 'no path'}, which does not tell"
    )


def _names(topology: Topology) -> Iterator[str]:
    for balancer in topology.load_balancers:
        yield f"${{{balancer.logical_id}.DNSName}}"
        yield f"dualstack.${{{balancer.logical_id}.DNSName}}"


def _check_problems(topology: Topology, check: HealthCheck) -> Iterator[str]:
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
    if not check.kind.startswith(_ASKING):
        return
    if check.target not in set(_names(topology)):
        yield f"{name} does not check a load balancer of the stack"
        return
    if check.port is None:
        return
    if check.kind == "TCP":
        yield f"{name} only opens a connection, which {check.target} accepts without a target"
    protocol = check.kind.partition("_")[0]
    listeners = [listener for listener in topology.listeners if listener.port == check.port]
    if not any(protocol in {listener.protocol, "TCP"} for listener in listeners):
        yield f"{name} asks {protocol} on {check.port}, where no listener speaks it"
    elif all(listener.redirects and not listener.target_groups for listener in listeners):
        # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
        yield f"{name} asks {check.port}, which redirects: Route 53 takes 3xx for healthy"
