"""Lists the events that each event rule of a stack is expected to report, and those it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.backup_events import backup_events
from payment_templates.evidence.alerting.certificate_events import certificate_events
from payment_templates.evidence.alerting.event_patterns import decided_match
from payment_templates.evidence.alerting.symptoms import sent_events
from payment_templates.evidence.topology.alerting.events import EVENTBRIDGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.topology import Topology


@dataclass(frozen=True, kw_only=True)
class ExpectedEvent:
    """An event, and whether an event rule reports it."""

    # The logical ID of the rule.
    rule: str
    what: str
    # Each field has all texts that a template can write for it; a reference is `${LogicalId}`.
    event: Event
    # None if the template does not decide it.
    reported: bool | None


def expected_events(topology: Topology) -> tuple[ExpectedEvent, ...]:
    """Return every event of faults, backups and certificates for each EventBridge rule."""
    sent = tuple(_sent(topology))
    return tuple(
        ExpectedEvent(
            rule=path.logical_id,
            what=what,
            event=event,
            reported=decided_match(path.pattern, event),
        )
        for path in topology.event_paths
        if path.publisher == EVENTBRIDGE
        for what, event in sent
    )


def _sent(topology: Topology) -> Iterator[tuple[str, Event]]:
    """Yield everything that the resources of a stack may report by an event."""
    for symptom, event in sent_events(topology):
        yield symptom.what, event
    yield from backup_events(topology)
    yield from certificate_events(topology)
