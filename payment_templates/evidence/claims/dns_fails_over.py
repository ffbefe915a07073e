"""Checks that DNS fails over to the other region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.reachability.dns_failover import (
    failover_conditions,
    failover_problems,
)
from payment_templates.evidence.topology.traffic.records import declares_record, failover_records

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Route 53 fails over between regions", "Requirement 4", "Constraint 7")
def dns_fails_over(topology: Topology) -> Finding:
    """Check that failover records point to a load balancer and depend on its health.

    Their health check must request a port with a listener of the same protocol, and must be neither
    disabled nor inverted.
    """
    found = failover_records(topology.stack, topology.records)
    records = [record for record in found if record.failover]
    if not records:
        if found:
            return broken("the records have no failover routing policy")
        if not declares_record(topology.stack):
            return absent("the template has no record")
        return conditional("only with a hosted zone and a domain name")
    for record in records:
        if problem := next(failover_problems(topology, record), ""):
            return broken(problem)
    conditions = [what for record in records for what in failover_conditions(topology, record)]
    lines = [f"{record.logical_id}: {record.name} {record.failover}" for record in records]
    if conditions:
        return conditional(f"if {', and '.join(conditions)}", *lines)
    return conditional("with the matching record in another region", *lines)
