"""Every target is asked every five seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_INTERVAL_SECONDS = 5


@claim("Targets are checked every 5 seconds", "Constraint 3", "Requirement 3")
def health_check_every_five_seconds(topology: Topology) -> Finding:
    """Read the interval of every target group, 30 s where none is given."""
    if not topology.target_groups:
        return absent("there is no target group")
    lines = [
        f"{group.logical_id}: HealthCheckIntervalSeconds {group.interval_seconds:g}"
        for group in topology.target_groups
    ]
    slowest = max(group.interval_seconds for group in topology.target_groups)
    if slowest > _INTERVAL_SECONDS:
        return broken(f"every {slowest:g} s", *lines)
    return kept(f"every {slowest:g} s", *lines)
