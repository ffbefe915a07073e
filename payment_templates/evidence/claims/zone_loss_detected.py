"""Checks that a zone failure sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.notification_time import judge_alerting
from payment_templates.evidence.claim import claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A zone failure sends an alert within 60 seconds", "Success metric 3", "Constraint 6")
def zone_loss_detected(topology: Topology) -> Finding:
    """Check that an event or an alarm reports a failed zone, and how long the alert takes."""
    topology.require_zones()
    return judge_alerting(topology, "zone")
