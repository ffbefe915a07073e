"""Finds why the last operation on a stack failed, from the events that CloudFormation keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause, find_cause, first_failure
from payment_templates.rollout.progress.events import EventReader

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.progress.events import Event
    from payment_templates.rollout.stack_states import StackState


def find_last_failure(session: Session, region: str, state: StackState) -> Cause | None:
    """Return the first failure of the last operation; None if it succeeded.

    If the rollback failed too, returns the rollback's first failure.
    """
    if state.succeeded or not state.settled:
        return None
    events = EventReader(clients.cloudformation(session, region), state.stack_id).new()
    if state.status.endswith("ROLLBACK_FAILED"):
        events = _of_rollback(events)
    failure = first_failure(events)
    return find_cause(session, region, failure) if failure else None


def _of_rollback(events: tuple[Event, ...]) -> tuple[Event, ...]:
    starts = [
        number
        for number, event in enumerate(events)
        if event.of_stack and event.status.endswith("ROLLBACK_IN_PROGRESS")
    ]
    return events[starts[-1] :] if starts else events
