"""Checks that a failover between regions that did not stop the old writer sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import is_in_global_database
from payment_templates.evidence.alerting.notification_time import judge_alerting
from payment_templates.evidence.claim import claim, not_applicable

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "A failover that did not block writes in the old region sends an alert",
    "Issue: data in both regions",
)
def unblocked_writes_detected(topology: Topology) -> Finding:
    """Check that an event rule or subscription reports RDS-EVENT-0391.

    Then payments that the old region accepted last are only in the snapshot of its old data. It is
    an event of a database instance, in either region:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    if not is_in_global_database(topology):
        return not_applicable("no database belongs to a global database")
    return judge_alerting(topology, "unblocked write")
