"""A stack operation, followed to its end as it happens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.cause import find_cause, first_failure
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.states import StackState, find_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session

    from payment_templates.rollout.cause import Cause
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.progress.events import Event, EventReader
    from payment_templates.rollout.progress.forecast import Course
    from payment_templates.rollout.progress.service_watch import ServiceWatch


class StackFollower:
    """Tells what happens to one stack, and finds the cause while its traces are still there."""

    def __init__(
        self,
        session: Session,
        region: str,
        reader: EventReader,
        conversation: Conversation,
        *,
        course: Course | None = None,
        services: ServiceWatch | None = None,
    ) -> None:
        self._session = session
        self._region = region
        self._reader = reader
        self._conversation = conversation
        self._course = course
        self._services = services
        self._begun = False
        self._cleaning_up = False
        self.cause: Cause | None = None

    @property
    def begun(self) -> bool:
        """Return whether anything of the operation was seen; right after a call, nothing may be."""
        return self._begun

    def look(self) -> bool:
        """Tell what is new; says whether there was anything."""
        news = self._reader.new()
        if news:
            self._begun = True
            self._conversation.show_events(self._region, news)
        # A failure ends the course: what follows is the way back.
        if self._course and news and self.cause is None:
            self._course.take(news)
            self._conversation.show_forecast(self._region, self._course.forecast(datetime.now(UTC)))
        said = self._look_at_services(news)
        before_cleanup = [event for event in news if not self._is_of_cleanup(event)]
        # At once: the rollback removes the service whose tasks could tell.
        if self.cause is None and any(event.failed for event in before_cleanup):
            self._find_cause(before_cleanup)
        return bool(news) or said

    def _look_at_services(self, news: Sequence[Event]) -> bool:
        if self._services is None:
            return False
        self._services.take(news)
        said = tuple(self._services.news())
        for line in said:
            self._conversation.tell(line)
        return bool(said)

    def _is_of_cleanup(self, event: Event) -> bool:
        # The stack is what it shall be by then; what cannot be deleted is left outside of it.
        if event.of_stack and event.status.endswith("_CLEANUP_IN_PROGRESS"):
            self._cleaning_up = True
        if self._cleaning_up and event.status == "DELETE_FAILED":
            self._conversation.tell(
                f"{event.logical_id} ({event.physical_id}) could not be deleted, and stays outside "
                f"the stack: {event.reason}"
            )
        return self._cleaning_up

    def _find_cause(self, news: Sequence[Event]) -> None:
        failure = first_failure(news)
        if failure is not None:
            self.cause = find_cause(self._session, self._region, failure)
            self._conversation.show_cause(self.cause)


def follow(
    session: Session, region: str, stack_id: str, follower: StackFollower, pace: Pace
) -> StackState:
    """Stay with a stack until nothing is running, and give the state in which it ends."""
    client = clients.cloudformation(session, region)
    while True:
        # The state first: what happens before it settles is then among the events.
        state = find_stack(client, stack_id)
        news = follower.look()
        if state is None:
            raise RolloutError(f"{stack_id} was deleted by someone else")
        if state.status == "DELETE_COMPLETE" or (state.settled and follower.begun):
            return state
        pace.pause(news=news)
