"""Lists the events that each event rule of a stack is expected to report, and those it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.event_patterns import decided_match
from payment_templates.evidence.alerting.symptoms import sent_events
from payment_templates.evidence.topology.alerting.events import EVENTBRIDGE

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.topology import Topology


@dataclass(frozen=True, kw_only=True)
class ExpectedEvent:
    """An event of a fault, and whether an event rule reports it."""

    # The logical ID of the rule.
    rule: str
    what: str
    # Each field has all texts that a template can write for it; a reference is `${LogicalId}`.
    event: Event
    # None if the template does not decide it.
    reported: bool | None


def expected_events(topology: Topology) -> tuple[ExpectedEvent, ...]:
    """Return every event of every fault for each EventBridge rule of the stack."""
    sent = tuple(sent_events(topology))
    return tuple(
        ExpectedEvent(
            rule=path.logical_id,
            what=symptom.what,
            event=event,
            reported=decided_match(path.pattern, event),
        )
        for path in topology.event_paths
        if path.publisher == EVENTBRIDGE
        for symptom, event in sent
    )
