"""Checks whether the combined SLA of two regions with DNS failover is at least 99.99 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.faults.availability import (
    factors_of,
    in_a_row,
)
from payment_templates.evidence.faults.global_databases import has_copies
from payment_templates.evidence.reachability.dns_failover import why_no_failover
from payment_templates.evidence.topology.traffic.records import declares_record
from payment_templates.facts.service_levels import NO_FIGURE, NO_FORECAST, NOT_ON_PATH

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_PROMISED = 0.9999


@claim(
    "Two regions are available 99.99 % of the time",
    "Ideal response: 99.99% uptime",
    "Requirement 10",
)
def availability_of_two_regions(topology: Topology) -> Finding:
    """Check that two regions with a failover record reach 99.99 %.

    Both are unavailable at once with probability (1 - SLA of one region) squared.
    """
    factors = factors_of(topology)
    one, arithmetic = in_a_row(factors)
    both = 1 - (1 - one) ** 2
    lines = [
        f"one region: {arithmetic}",
        (
            f"1 - (1 - {one:.4%})^2 = {both:.6%}, if the regions fail independently, the failover "
            "is immediate and the other region has the data"
        ),
        *map(str, factors),
        *(NOT_ON_PATH, NO_FORECAST, NO_FIGURE),
    ]
    if not any(record.failover for record in topology.records):
        if not declares_record(topology.stack):
            return broken("no record fails over to a second region", *lines)
        return conditional("only with a hosted zone and a domain name", *lines)
    for record in topology.records:
        if record.failover and (problem := why_no_failover(topology, record)):
            return broken(f"no failover to a second region: {problem}", *lines)
    topology.require_zones()
    if both < _PROMISED:
        return broken(f"the combined SLA of both is {both:.6%}", *lines)
    # An operator starts the failover of a global database: the writes wait for it.
    at_once = " and an operator moves the writer at once" if has_copies(topology) else ""
    return conditional(
        f"{both:.6%} if the regions fail independently{at_once}; SLAs are not a forecast", *lines
    )
