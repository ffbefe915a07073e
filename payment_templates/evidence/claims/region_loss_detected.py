"""A lost region, and the failover that follows, is told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.detection import paths_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A lost region is told to a person", "Issue: detection of single faults")
def region_loss_detected(topology: Topology) -> Finding:
    """Look for an alarm on a health check of Route 53: all others are lost with the region.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
    """
    paths = paths_of(topology, "region")
    if not paths:
        return broken(
            "every alarm and event stands in the region that is lost, none on a health check",
            amount=1,
        )
    lines = [path.arithmetic for path in paths]
    return conditional("while us-east-1 works: health checks report there alone", *lines)
