"""Of the same stack in two regions, one is primary and one secondary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Of two regions one is primary and one secondary", "Requirement 4", "Requirement 10")
def regions_take_both_failover_roles(topology: Topology) -> Finding:
    """Resolve the records in both regions and compare role and set identifier."""
    records = [record for record in topology.records if record.failover]
    if not records:
        if "AWS::Route53::RecordSet" not in topology.stack.template.text:
            return broken("the template has no record")
        return conditional("only with a hosted zone and a domain name")
    if topology.twin is None:
        return broken(f"no other region is in the partition of {topology.stack.region}")
    others = {record.logical_id: record for record in topology.twin.records}
    lines: list[str] = []
    for record in records:
        other = others[record.logical_id]
        lines.append(
            f"{topology.stack.region}: {record.failover} {record.set_identifier}; "
            f"{topology.twin.stack.region}: {other.failover} {other.set_identifier}"
        )
        if {record.failover, other.failover} != {"PRIMARY", "SECONDARY"}:
            return broken(f"{record.logical_id} is {record.failover} in both regions", *lines)
        if record.set_identifier == other.set_identifier:
            return broken(f"{record.logical_id} has one set identifier for both", *lines)
    return kept("one of each", *lines)
