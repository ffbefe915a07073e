"""Checks that every target group has a health check interval of 5 seconds or less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_INTERVAL_SECONDS = 5


@claim("Targets are checked every 5 seconds", "Constraint 3", "Requirement 3")
def health_check_every_five_seconds(topology: Topology) -> Finding:
    """Check that the health check interval of every target group (default: 30 s) is at most 5 s."""
    if not topology.target_groups:
        return absent("there is no target group")
    lines = [
        f"{group.logical_id}: HealthCheckIntervalSeconds {group.interval_seconds:g}"
        for group in topology.target_groups
    ]
    if off := [group.logical_id for group in topology.target_groups if group.unchecked]:
        # "Always enabled" unless the targets are functions: botocore elbv2, CreateTargetGroup.
        return broken(f"{off[0]} turns its health checks off", *lines)
    slowest = max(group.interval_seconds for group in topology.target_groups)
    if slowest > _INTERVAL_SECONDS:
        return broken(f"every {slowest:g} s", *lines)
    return kept(f"every {slowest:g} s", *lines)
