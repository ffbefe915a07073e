"""Finds thresholds below which a load balancer uses failed targets or keeps a failed zone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology

_ACTIONS = {
    "unhealthy_state_routing": "the load balancer sends requests to the failed ones too",
    "dns_failover": "every zone counts as failed, so that the failed one stays in DNS",
}


def threshold_problems(topology: Topology, zone: str, *, before: int, left: int) -> Iterator[str]:
    """Yield the thresholds that the healthy targets of a group fall below without a zone.

    With cross-zone load balancing, a threshold applies to the targets of all zones, and otherwise
    to those of each zone. If all zones are unhealthy, requests go to all of them:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
    """
    for group in topology.target_groups:
        fields = topology.stack.resources[group.logical_id].properties
        attributes = fields.attributes("TargetGroupAttributes")
        if not group.cross_zone:
            count = attributes.text(
                "target_group_health.dns_failover.minimum_healthy_targets.count"
            )
            most = _most_in_a_zone(topology, zone)
            if count.isdecimal() and most < int(count):
                yield f"no zone has {count} healthy targets: {_ACTIONS['dns_failover']}"
            continue
        for action, what in _ACTIONS.items():
            least = f"target_group_health.{action}.minimum_healthy_targets"
            count = attributes.text(f"{least}.count")
            share = attributes.text(f"{least}.percentage")
            if count.isdecimal() and left < int(count):
                yield f"below {count} healthy targets {what}"
            if share.isdecimal() and left * 100 < int(share) * before:
                yield f"below {share} % healthy targets {what}"


def _most_in_a_zone(topology: Topology, failed: str) -> int:
    """Return how many tasks run in the zone with most of them, apart from the failed zone."""
    tasks: Counter[str] = Counter()
    for service in topology.services:
        tasks.update(topology.serving_tasks_of(service))
    return max((count for zone, count in tasks.items() if zone != failed), default=0)
