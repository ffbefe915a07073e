"""Checks how long requests and writes fail after a zone failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.recovery.steps import slowest_group, target_removal
from payment_templates.evidence.recovery.writer import (
    promoted_elsewhere,
    promotion,
    writer_recovery,
)
from payment_templates.facts.timings import (
    CLUSTER_TTL_SECONDS,
    LOAD_BALANCER_TTL_SECONDS,
    TYPICAL_PROMOTION,
)

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A zone failure causes no downtime", "Success metric 1")
def zone_loss_without_downtime(topology: Topology) -> Finding:
    """Check how long requests to the load balancer and writes to the database fail."""
    slowest = slowest_group(topology)
    if slowest is None:
        return absent("there is no target group, so nothing removes a failed target")
    topology.require_zones()
    out = target_removal(slowest).span.worst.seconds
    lines = [f"load balancer: requests to failed tasks fail for {out:g} s at worst"]
    lines += [
        f"{balancer.logical_id}: clients keep the failed zone's address until it leaves DNS, for "
        f"which AWS states no time, and {LOAD_BALANCER_TTL_SECONDS} s more"
        for balancer in topology.load_balancers
    ]
    written = [database for database in topology.databases if database.writer]
    if not written:
        longest = max(out, LOAD_BALANCER_TTL_SECONDS) if topology.load_balancers else out
        return conditional(f"requests to the failed zone fail for {longest:g} s or more", *lines)
    for database in written:
        if not promoted_elsewhere(database):
            have = "may have" if any(not it.zone for it in database.instances[1:]) else "has"
            return broken(
                f"{database.logical_id} {have} no instance to promote in another zone", *lines
            )
        writes = writer_recovery(database).span.typical
        lines += [
            f"{writer.logical_id} in {writer.zone or 'a zone of RDS'}: "
            f"{promotion(database).how if database.standby else f'promotion {TYPICAL_PROMOTION}'}, "
            f"+ DNS {CLUSTER_TTL_SECONDS} s = {writes}"
            for writer in database.instances[:1]
        ]
    total = max(writer_recovery(database).span.typical.seconds for database in written)
    why = f"in the writer's zone, writes stop for up to {total:g} s, typically"
    return broken(why, *lines, amount=max(total, out))
