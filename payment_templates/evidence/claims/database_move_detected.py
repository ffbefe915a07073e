"""Checks that a move of the writer to another region sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import is_in_global_database
from payment_templates.evidence.alerting.notification_time import judge_alerting
from payment_templates.evidence.claim import claim, not_applicable

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A move of the writer to the other region sends an alert", "Issue: moving between regions")
def database_move_detected(topology: Topology) -> Finding:
    """Check that an event rule or subscription reports the category global-failover.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
    """
    if not is_in_global_database(topology):
        return not_applicable("no database belongs to a global database")
    return judge_alerting(topology, "move")
