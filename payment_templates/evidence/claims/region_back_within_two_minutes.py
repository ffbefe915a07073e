"""Checks that clients reach the other region within two minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.reachability.dns_failover import why_no_failover
from payment_templates.evidence.recovery.steps import region_switch
from payment_templates.evidence.topology.traffic.records import declares_record
from payment_templates.facts.timings import ROUTE53_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.recovery.chain import Step
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.records import Record

_PROMISED_SECONDS = 120


@claim("Clients reach the other region within 2 minutes", "Requirement 4", "Constraint 7")
def region_back_within_two_minutes(topology: Topology) -> Finding:
    """Check that health check detection plus TTL of every failover record is at most 120 s.

    The record must follow the health of the load balancer. Detection takes interval x failure
    threshold + timeout.
    """
    records = [record for record in topology.records if record.failover]
    if not records:
        if not declares_record(topology.stack):
            return absent("the template has no record")
        return conditional("only with a hosted zone and a domain name")
    lines: list[str] = []
    worst: float = 0
    for record in records:
        if problem := why_no_failover(topology, record):
            return broken(problem, *lines)
        switch = region_switch(topology, record)
        if switch is None:
            lines.append(f"{record.logical_id}: answers whenever the primary record is unhealthy")
            continue
        total = switch.span.worst.seconds
        worst = max(worst, total)
        lines.append(
            f"{record.logical_id}: {_detection(record, switch.steps[0])} + TTL "
            f"{record.ttl_seconds:g} = {total:g} s; longer with resolvers that ignore the TTL"
        )
    if worst > _PROMISED_SECONDS:
        return broken(f"{worst:g} s at worst", *lines)
    if not worst:
        return conditional("as fast as the primary record of the other region", *lines)
    return conditional(f"{worst:g} s at worst, with the same stack in the other region", *lines)


def _detection(record: Record, detection: Step) -> str:
    check, span = record.health_check, detection.span
    if check is None:
        return f"worst {span.worst} until no target is healthy"
    intervals = f"{check.interval_seconds:g} x {check.failure_threshold}"
    return f"best {span.best}; worst {intervals} + {ROUTE53_TIMEOUT_SECONDS}"
