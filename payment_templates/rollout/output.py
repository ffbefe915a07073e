"""Defines the interface for progress messages and confirmation prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.rollout.cause import Cause
    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.progress.events import Event
    from payment_templates.rollout.progress.forecast import Forecast


class Conversation(Protocol):
    """Output of a command: a terminal, a log or a JSON document."""

    def tell(self, message: str) -> None:
        """Print one line."""
        ...

    def warn(self, message: str) -> None:
        """Print one line about what a cleanup could not remove; never fails."""
        ...

    def show_changes(self, region: str, changes: Sequence[Change]) -> None:
        """Show the changes of a change set."""
        ...

    def show_events(self, region: str, events: Sequence[Event]) -> None:
        """Show new resource events."""
        ...

    def show_forecast(self, region: str, forecast: Forecast) -> None:
        """Show the progress of an operation."""
        ...

    def show_cause(self, cause: Cause) -> None:
        """Show the cause of a failure."""
        ...

    def agree(self, question: str, *, in_person: bool = False) -> bool:
        """Ask for confirmation; `in_person` ignores options such as --yes.

        Raises RolloutError without a terminal.
        """
        ...
