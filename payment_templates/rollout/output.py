"""What a command tells the person, and the one thing that it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.rollout.cause import Cause
    from payment_templates.rollout.progress.events import Event
    from payment_templates.rollout.progress.forecast import Forecast
    from payment_templates.rollout.stack.changes import Change


class Conversation(Protocol):
    """A screen, a log or a machine on the other end."""

    def tell(self, message: str) -> None:
        """Say one line."""
        ...

    def show_changes(self, region: str, changes: Sequence[Change]) -> None:
        """Show what a change set would do."""
        ...

    def show_events(self, region: str, events: Sequence[Event]) -> None:
        """Show what happened to resources since the last time."""
        ...

    def show_forecast(self, region: str, forecast: Forecast) -> None:
        """Show how far an operation is."""
        ...

    def show_cause(self, cause: Cause) -> None:
        """Show why something failed."""
        ...

    def agree(self, question: str, *, in_person: bool = False) -> bool:
        """Ask for a yes or a no; in person, no option may have said yes beforehand.

        Raises RolloutError where no one can be asked.
        """
        ...
