"""A zone failure causes no downtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.facts.timings import (
    CLUSTER_TTL_SECONDS,
    LOAD_BALANCER_TTL_SECONDS,
    TYPICAL_PROMOTION,
    TYPICAL_PROMOTION_SECONDS,
    TYPICAL_STANDBY_SECONDS,
)

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A zone failure causes no downtime", "Success metric 1")
def zone_loss_without_downtime(topology: Topology) -> Finding:
    """Add up how long requests fail at the load balancer and writes at the database."""
    if not topology.target_groups:
        return absent("there is no target group, so nothing removes a failed target")
    out = max(group.slowest_detection_seconds for group in topology.target_groups)
    lines = [f"load balancer: requests to failed tasks fail for {out:g} s at worst"]
    lines += [
        f"{balancer.logical_id}: clients keep the failed zone's address until it leaves DNS, for "
        f"which AWS states no time, and {LOAD_BALANCER_TTL_SECONDS} s more"
        for balancer in topology.load_balancers
    ]
    writers = [database.writer for database in topology.databases if database.writer]
    if not writers:
        longest = max(out, LOAD_BALANCER_TTL_SECONDS) if topology.load_balancers else out
        return conditional(f"requests to the failed zone fail for {longest:g} s and more", *lines)
    has_standby = any(database.standby for database in topology.databases)
    takeover = TYPICAL_STANDBY_SECONDS if has_standby else TYPICAL_PROMOTION_SECONDS
    total = takeover + CLUSTER_TTL_SECONDS
    lines += [
        f"{writer.logical_id} in {writer.zone or 'a zone of RDS'}: "
        f"{f'failover in {takeover} s' if has_standby else f'promotion {TYPICAL_PROMOTION}'}, "
        f"+ DNS {CLUSTER_TTL_SECONDS} s = {total} s"
        for writer in writers
    ]
    for database in topology.databases:
        writer = database.writer
        if database.standby:
            continue
        if writer and all(reader.zone == writer.zone for reader in database.readers):
            return broken(f"{database.logical_id} has no one to promote in another zone", *lines)
    why = f"in the writer's zone, writes stop for up to {total} s, typically"
    return broken(why, *lines, amount=max(total, out))
