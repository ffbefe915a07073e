"""Checks that a region failure loses only the payments of a known time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import Verdict, absent, broken, claim, conditional
from payment_templates.evidence.faults.global_databases import copies_of, rpo_seconds
from payment_templates.evidence.recovery.data_loss import loss_of_region
from payment_templates.evidence.recovery.loss_bound import bounding_choices
from payment_templates.facts.recovery import GLOBAL_RPO_LEAST_SECONDS, GLOBAL_RPO_PARAMETER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.faults.global_databases import Copy
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database


@claim("A region failure loses only the payments of a known time", "Issue: data in both regions")
def lost_payments_are_bounded(topology: Topology) -> Finding:
    """Check that rds.global_db_rpo bounds the lost time where the global database starts to write.

    Aurora PostgreSQL then stops commits while no other region is close enough. The least value is
    20 s. The cluster that starts as the secondary one must not have it: after a failover it would
    stop commits until the failed region has a copy again. So after a failover nothing bounds the
    loss until an operator sets it. Nor must the first one have it before the other region has
    joined, so a parameter has to set it later:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    if not topology.databases:
        return absent("there is no database cluster")
    found = _judged(topology)
    if found.verdict is Verdict.CONDITIONAL:
        always = not any(_is_unbounded(other) for _, other in bounding_choices(topology))
        early = "; from its creation: payments wait until the other region has joined"
        return replace(found, why=found.why + early) if always else found
    for choice, other in bounding_choices(topology):
        chosen = _judged(other)
        if chosen.verdict is Verdict.CONDITIONAL:
            return conditional(f"only with {choice}: {chosen.why}", *chosen.evidence)
    return found


def _judged(topology: Topology) -> Finding:
    lines: list[str] = []
    for copy in copies_of(topology):
        if copy.member is None:
            name = copy.database.logical_id
            return broken(f"{name} has no copy elsewhere: all payments are lost", amount=1)
        for region, database, starts in _members(topology, copy):
            bound = rpo_seconds(region, database)
            place = region.stack.region
            lines.append(f"{database.logical_id} in {place}: {GLOBAL_RPO_PARAMETER} {bound or '-'}")
            if starts and bound is None:
                return broken(f"nothing bounds them: {loss_of_region(region).why}", *lines)
            if starts and bound is not None and bound < GLOBAL_RPO_LEAST_SECONDS:
                return broken(f"RDS does not accept {bound:g} s", *lines)
            if not starts and bound is not None:
                return broken(
                    f"{GLOBAL_RPO_PARAMETER} in {place} stops commits after a failover to it, "
                    "until the failed region has a copy again",
                    *lines,
                )
    return conditional(f"{_bound(topology)}, until the writer moves to the other region", *lines)


def _is_unbounded(topology: Topology) -> bool:
    return _judged(topology).verdict is not Verdict.CONDITIONAL


def _members(topology: Topology, copy: Copy) -> Iterator[tuple[Topology, Database, bool]]:
    """Yield the region, the cluster, and whether it starts as the writing one, of both members."""
    starts = copy.member is not None and copy.member.in_stack
    yield topology, copy.database, starts
    if copy.other and topology.counterpart:
        yield topology.counterpart, copy.other, not starts


def _bound(topology: Topology) -> str:
    bounds = [
        bound
        for copy in copies_of(topology)
        for region, database, starts in _members(topology, copy)
        if starts and (bound := rpo_seconds(region, database)) is not None
    ]
    if not bounds:
        return "only if the cluster that starts as the writing one has a bound"
    return f"at most {max(bounds):g} s: the database stops commits rather than lose more"
