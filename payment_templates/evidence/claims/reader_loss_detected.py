"""Checks that a reader failure sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.notification_time import judge_alerting
from payment_templates.evidence.claim import absent, claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A reader failure sends an alert within 60 seconds", "Success metric 3", "Constraint 6")
def reader_loss_detected(topology: Topology) -> Finding:
    """Check that a failure of any instance sends an alert: after a failover, any can be a reader.

    An RDS event subscription must cover the instances and the category "availability"; one without
    filters covers all.
    """
    if not any(database.readers for database in topology.databases):
        return absent("no cluster has a reader")
    return judge_alerting(topology, "reader")
