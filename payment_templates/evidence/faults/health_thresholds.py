"""Finds thresholds below which a load balancer uses failed targets or keeps a failed zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology

_ACTIONS = {
    "unhealthy_state_routing": "the load balancer sends requests to the failed ones too",
    "dns_failover": "every zone counts as failed, so that the failed one stays in DNS",
}


def threshold_problems(topology: Topology, *, targets: int, healthy: int) -> Iterator[str]:
    """Yield the thresholds that the healthy targets of a group fall below.

    With cross-zone load balancing, a threshold applies to the targets of all zones. If all zones
    are unhealthy, requests go to all of them:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
    """
    for group in topology.target_groups:
        fields = topology.stack.resources[group.logical_id].properties
        attributes = fields.attributes("TargetGroupAttributes")
        for action, what in _ACTIONS.items():
            least = f"target_group_health.{action}.minimum_healthy_targets"
            count = attributes.text(f"{least}.count")
            share = attributes.text(f"{least}.percentage")
            if count.isdecimal() and healthy < int(count):
                yield f"below {count} healthy targets {what}"
            if share.isdecimal() and healthy * 100 < int(share) * targets:
                yield f"below {share} % healthy targets {what}"
