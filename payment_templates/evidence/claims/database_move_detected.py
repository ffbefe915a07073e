"""Checks that a move of the writer to another region sends an alert."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import is_in_global_database
from payment_templates.evidence.alerting.chat_messages import is_shown
from payment_templates.evidence.alerting.detection import event_paths
from payment_templates.evidence.alerting.notification_time import judge_alerting
from payment_templates.evidence.alerting.symptoms import cases_of
from payment_templates.evidence.claim import Verdict, claim, not_applicable
from payment_templates.evidence.topology.alerting.subscriptions import CHAT_CHANNEL

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A move of the writer to the other region sends an alert", "Issue: moving between regions")
def database_move_detected(topology: Topology) -> Finding:
    """Check that an event rule or subscription reports the category global-failover.

    It is an event of a cluster: RDS has no events of the global database itself. A chat channel
    shows it only if a rule writes its format.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
    """
    if not is_in_global_database(topology):
        return not_applicable("no database belongs to a global database")
    found = judge_alerting(topology, "move")
    if found.verdict is Verdict.CONDITIONAL and _is_missing_in_chat(topology):
        return replace(found, why=f"{found.why}; chat channels do not show it")
    return found


def _is_missing_in_chat(topology: Topology) -> bool:
    """Return whether there is a chat channel, but no path by which it shows every move."""
    if not any(CHAT_CHANNEL in topic.programs for topic in topology.topics.values()):
        return False
    shown = {path.logical_id for path in topology.event_paths if is_shown(topology, path)}
    return not all(
        any(path.resource in shown for path in event_paths(topology, case))
        for case in cases_of(topology, "move")
    )
