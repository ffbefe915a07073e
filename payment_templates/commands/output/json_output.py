"""Collects the output of a command for its JSON document (--json)."""

from collections.abc import Mapping, Sequence
from typing import Any

from payment_templates.commands.output.json_entries import change_document
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.changes import Change
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.progress.events import Event
from payment_templates.rollout.progress.forecast import Forecast


class JsonOutput:
    """Output that shows no progress and cannot ask questions."""

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes
        self.messages: list[str] = []
        # Kept for a command that ends before its result.
        self.changes: list[dict[str, Any]] = []
        self.known: dict[str, Any] = {}

    def keep(self, document: Mapping[str, Any]) -> None:
        """Keep what is known so far, for a command that ends before its result."""
        self.known.update(document)

    def tell(self, message: str) -> None:
        """Add one line to the document's messages."""
        self.messages.append(message)

    def warn(self, message: str) -> None:
        """Add one line to the document's messages."""
        self.messages.append(message)

    def show_changes(self, region: str, changes: Sequence[Change]) -> None:
        """Add the changes to the document."""
        self.changes.extend(change_document(region, change) for change in changes)

    def show_events(self, region: str, events: Sequence[Event]) -> None:
        """Do nothing: the document has the result."""

    def show_forecast(self, region: str, forecast: Forecast) -> None:
        """Do nothing: the document has the result."""

    def show_cause(self, cause: Cause) -> None:
        """Do nothing: the document has the result."""

    def show_table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Do nothing: the document has the result."""

    def redraw(self) -> None:
        """Leave it to the result."""

    def agree(self, question: str, *, in_person: bool = False) -> bool:
        """Return True with --yes; raises RolloutError without it."""
        if in_person:
            return False
        if not self._yes:
            raise wrong_use(f"cannot ask with --json: {question}", "pass --yes to confirm")
        return True
