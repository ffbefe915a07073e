"""A name answers with the healthy one of two regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.topology.records import declares_record

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Route 53 fails over between regions", "Requirement 4", "Constraint 7")
def dns_fails_over(topology: Topology) -> Finding:
    """Look for failover records whose health check asks a load balancer of the stack."""
    records = [record for record in topology.records if record.failover]
    if not records:
        if topology.records:
            return broken("the records have no failover routing policy")
        if not declares_record(topology.stack):
            return broken("the template has no record")
        return conditional("only with a hosted zone and a domain name")
    balancers = tuple(f"${{{balancer.logical_id}.DNSName}}" for balancer in topology.load_balancers)
    for record in records:
        if record.health_check is None and not record.evaluates_target:
            return broken(f"{record.logical_id} follows no health check")
        if record.health_check and record.health_check.target not in balancers:
            return broken(f"{record.health_check.logical_id} asks no load balancer of the stack")
    lines = [f"{record.logical_id}: {record.name} {record.failover}" for record in records]
    return conditional("with the other half of the pair in another region", *lines)
