"""Follows a stack operation to its end: shows events, progress and the cause of a failure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.cause import find_cause, first_failure
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_states import StackState, find_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session

    from payment_templates.rollout.cause import Cause
    from payment_templates.rollout.cause.service_watch import ServiceWatch
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.progress.events import Event, EventReader
    from payment_templates.rollout.progress.forecast import OperationProgress


class StackGoneError(RolloutError):
    """The stack no longer exists: someone else deleted it."""


class StackFollower:
    """Reports the events of one stack and finds the cause before a rollback removes its traces."""

    def __init__(
        self,
        session: Session,
        region: str,
        reader: EventReader,
        conversation: Conversation,
        *,
        progress: OperationProgress | None = None,
        services: ServiceWatch | None = None,
        deletion: bool = False,
    ) -> None:
        self._session = session
        self._region = region
        self._reader = reader
        self._conversation = conversation
        self._progress = progress
        self._services = services
        self._deletion = deletion
        self._started = False
        self._cleaning_up = False
        self.cause: Cause | None = None

    @property
    def started(self) -> bool:
        """Return whether events of the operation have arrived."""
        return self._started

    def poll(self) -> bool:
        """Report new events; returns whether there were any."""
        news = self._reader.new()
        if news:
            self._started = True
            self._conversation.show_events(self._region, news)
        # After a failure the operation rolls back: there is no more progress.
        if self._progress and news and self.cause is None:
            self._progress.update(news)
            self._conversation.show_forecast(
                self._region, self._progress.forecast(datetime.now(UTC))
            )
        messages = self._report_services(news)
        relevant = [
            event
            for event in news
            if not self._is_of_cleanup(event) and not self._is_of_stopped_creation(event)
        ]
        # Immediately: the rollback removes the service and its tasks.
        if self.cause is None and any(event.failed for event in relevant):
            self._find_cause(relevant)
        return bool(news) or messages

    def _report_services(self, news: Sequence[Event]) -> bool:
        if self._services is None:
            return False
        self._services.update(news)
        messages = tuple(self._services.new_messages())
        for message in messages:
            self._conversation.tell(message)
        return bool(messages)

    def _is_of_cleanup(self, event: Event) -> bool:
        # The update is complete; old resources that cannot be deleted stay outside the stack.
        if event.of_stack and event.status.endswith("_CLEANUP_IN_PROGRESS"):
            self._cleaning_up = True
        if self._cleaning_up and event.status == "DELETE_FAILED":
            self._conversation.tell(
                f"{event.logical_id} ({event.physical_id}) could not be deleted, and stays outside "
                f"the stack: {event.reason}"
            )
        return self._cleaning_up

    def _is_of_stopped_creation(self, event: Event) -> bool:
        # A deletion cancels the creation of the remaining resources: that is no failure.
        return self._deletion and event.failed and event.status != "DELETE_FAILED"

    def _find_cause(self, news: Sequence[Event]) -> None:
        failure = first_failure(news)
        if failure is not None:
            self.cause = find_cause(self._session, self._region, failure)
            self._conversation.show_cause(self.cause)


def follow(
    session: Session, region: str, stack_id: str, follower: StackFollower, pace: Pace
) -> StackState:
    """Follow a stack until its operation ends; returns the final state.

    Raises StackGoneError if the stack no longer exists.
    """
    client = clients.cloudformation(session, region)
    while True:
        # The state first, so that the events read next include everything before it.
        state = find_stack(client, stack_id)
        if state is None:
            raise StackGoneError(f"{stack_id} was deleted by someone else")
        news = follower.poll()
        if state.status == "DELETE_COMPLETE" or (state.settled and follower.started):
            return state
        pace.pause(news=news)
