"""Checks that of two regions, one is primary and one secondary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.reachability.dns_failover import zone_problems
from payment_templates.evidence.topology.traffic.records import declares_record, failover_records
from payment_templates.facts.regions import ZONES

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.records import Record

_PRIMARY = re.compile("primary.*region", re.IGNORECASE)


@claim("Of two regions one is primary and one secondary", "Requirement 4", "Requirement 10")
def regions_take_both_failover_roles(topology: Topology) -> Finding:
    """Check that each record is PRIMARY in one region and SECONDARY in the other.

    The set identifiers must differ. A parameter with "primary" and "region" in its name states
    which region is the primary one.
    """
    records = [record for record in topology.records if record.failover]
    if not records:
        if failover_records(topology.stack, topology.records):
            return broken("the records have no failover routing policy")
        if not declares_record(topology.stack):
            return absent("the template has no record")
        return conditional("only with a hosted zone and a domain name")
    if topology.counterpart is None:
        return broken(f"no other region is in the partition of {topology.stack.region}")
    apart = (each for record in records for each in zone_problems(topology, record))
    if problem := next(apart, ""):
        return broken(problem)
    lines, problem = _compared(records, topology.counterpart, topology.stack.region)
    return broken(problem, *lines) if problem else kept("one of each", *lines)


def _compared(records: list[Record], counterpart: Topology, here: str) -> tuple[list[str], str]:
    """Compare each record with that of the other region; return the evidence and the problem."""
    others = {record.logical_id: record for record in counterpart.records}
    lines: list[str] = []
    primary = _primary_region(counterpart)
    for record in records:
        name = record.logical_id
        other = others.get(name)
        if other is None:
            return lines, f"{counterpart.stack.region} has no {name}: nothing to fail over to"
        lines.append(
            f"{name}: {record.failover} {record.set_identifier}; "
            f"{counterpart.stack.region}: {other.failover} {other.set_identifier}"
        )
        if {record.failover, other.failover} != {"PRIMARY", "SECONDARY"}:
            return lines, f"{name} is {record.failover} in both regions"
        if record.name != other.name:
            return lines, f"{name} is {record.name} here, and {other.name} in the other region"
        if record.set_identifier == other.set_identifier:
            return lines, f"{name} has one set identifier for both"
        roles = {here: record.failover, counterpart.stack.region: other.failover}
        if roles.get(primary, "PRIMARY") != "PRIMARY":
            return lines, f"{name} is {roles[primary]} in {primary}, the primary region"
    return lines, ""


def _primary_region(topology: Topology) -> str:
    """Return the region that a parameter names as primary, or ""."""
    named = (value for name, value in topology.stack.parameters.items() if _PRIMARY.search(name))
    return next((value for value in named if value in ZONES), "")
