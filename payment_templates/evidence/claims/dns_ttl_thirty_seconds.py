"""Checks that DNS records are cached for at most 30 seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.traffic.records import declares_record, failover_records

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_TTL_SECONDS = 30


@claim("Failover records have a TTL of 30 seconds", "Constraint 7")
def dns_ttl_thirty_seconds(topology: Topology) -> Finding:
    """Check that the TTL of every record of the failover's name is at most 30 s.

    An alias to a load balancer always has 60 s, and cannot have its own TTL:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html
    """
    records = failover_records(topology.stack, topology.records)
    if not records:
        if not declares_record(topology.stack):
            return absent("the template has no record")
        return conditional("only with a hosted zone and a domain name")
    for record in records:
        if record.alias and record.ttl_given:
            return broken(f"{record.logical_id} is an alias with a TTL: Route 53 refuses it")
        if record.lacks_ttl:
            return broken(f"{record.logical_id} has no TTL, which only an alias may omit")
        if record.ttl_seconds > _TTL_SECONDS:
            kind = "as an alias " if record.alias else ""
            return broken(f"{record.logical_id} {kind}is cached for {record.ttl_seconds:g} s")
    lines = [f"{record.logical_id}: TTL {record.ttl_seconds:g} s" for record in records]
    return kept(f"{_TTL_SECONDS} s, for resolvers that honour it", *lines)
