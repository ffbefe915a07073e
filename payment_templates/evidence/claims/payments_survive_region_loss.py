"""Checks that the payments survive the loss of a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, unknown
from payment_templates.evidence.faults.global_databases import copies_of
from payment_templates.evidence.recovery.data_loss import loss_of_region

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.faults.global_databases import Copy
    from payment_templates.evidence.topology import Topology


@claim("The payments survive the loss of the region", "Issue: survival of single faults")
def payments_survive_region_loss(topology: Topology) -> Finding:
    """Check that every database has a copy in the other region, in one global database.

    One region makes the global database from its cluster, and the cluster of the other region joins
    it by name. RDS refuses a secondary cluster with a user, a password or a database name of its
    own, and an encrypted one without SourceRegion and a key:
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/719
    """
    if not topology.databases:
        return absent("there is no database cluster")
    copies = copies_of(topology)
    alone = [copy.database.logical_id for copy in copies if copy.member is None]
    if alone:
        return broken(
            f"{alone[0]} is in this region only: the other region starts without the payments, and "
            "automated backups stay in their region",
            *(f"{name}: no GlobalClusterIdentifier" for name in alone),
            amount=len(alone),
        )
    lines = [
        f"{copy.member.cluster}: {'the first cluster of' if copy.member.is_source else 'joins'} "
        f"{copy.member.name}"
        for copy in copies
        if copy.member
    ]
    problems = [problem for copy in copies if (problem := _problem(copy))]
    if problems:
        return broken(problems[0], *lines)
    for copy in copies:
        if copy.unseen:
            return unknown(f"only if {copy.unseen}", *lines)
    loss = loss_of_region(topology)
    if loss.seconds is None:
        return conditional("except for those that are not yet copied, without a bound", *lines)
    return conditional(f"except for those of the last {loss.seconds:g} s, at most", *lines)


def _problem(copy: Copy) -> str:
    """Return why a database of a global one has no copy, or ""."""
    if copy.refused or copy.other or copy.unseen or not copy.member:
        return copy.refused
    return f"no database of the other region belongs to {copy.member.name}"
