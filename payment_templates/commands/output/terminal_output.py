"""Prints to a terminal or a log: messages, tables, events, the remaining time and errors."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from payment_templates.commands.output.printable import printable
from payment_templates.commands.output.safe_console import SafeConsole
from payment_templates.rollout.cause import Cause, is_cancelled
from payment_templates.rollout.consequences import consequence, is_loss
from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.status import Status

    from payment_templates.commands.output.secrets import Secrets
    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.progress.events import Event
    from payment_templates.rollout.progress.forecast import Forecast

# The width of the tables in a log, where there is no terminal.
LOG_WIDTH = 120
# With more additions than this, additions are counted and not listed.
LISTED_CHANGES = 20
# A line of events names this many resources and counts the others.
NAMED_RESOURCES = 5
_SECONDS_PER_MINUTE = 60


class TerminalOutput:
    """Output to a terminal, or to a log without one."""

    def __init__(self, secrets: Secrets, *, yes: bool, width: int | None = None) -> None:
        on_terminal = SafeConsole().is_terminal
        # rich itself follows NO_COLOR.
        self._console = SafeConsole(
            highlight=False, width=width or (None if on_terminal else LOG_WIDTH)
        )
        self._errors = SafeConsole(stderr=True, highlight=False, soft_wrap=True)
        self._secrets = secrets
        self._yes = yes
        self._status: Status | None = None
        self._last_forecast = ""
        # The tables of changes by region: equal ones are shown once.
        self._changes: dict[str, tuple[str, list[tuple[str, ...]]]] = {}

    def tell(self, message: str) -> None:
        """Print one line."""
        self._print(Text(message))

    def warn(self, message: str) -> None:
        """Print one line to stderr; ignores that it is closed."""
        self.clear_status()
        # The warning comes from a cleanup, which must go on.
        with suppress(OSError):
            self._errors.print(Text(self._secrets.hide(message), style="yellow"))

    def show_error(self, message: str) -> None:
        """Print an error to stderr; the text may end with a line that starts with `hint: `."""
        self.clear_status()
        problem, separator, hint = self._secrets.hide(message).rpartition("\nhint: ")
        if not separator:
            problem, hint = hint, ""
        self._errors.print(Text(f"error: {problem}", style="red"))
        if hint:
            self._errors.print(Text(f"hint: {hint}", style="yellow"))

    def show_changes(self, region: str, changes: Sequence[Change]) -> None:
        """Show the changes of a change set; many additions are only counted."""
        added = [change for change in changes if change.action == "Add"]
        listed = [
            change for change in changes if change.action != "Add" or len(added) <= LISTED_CHANGES
        ]
        rows = [_row(change) for change in listed]
        counted = _counted(changes)
        shown = (where for where, same in self._changes.items() if same == (counted, rows))
        if rows and (first := next(shown, region)) != region:
            self.tell(f"{region}: {counted}, the same as in {first}")
            return
        self._changes[region] = counted, rows
        self.tell(f"{region}: {counted}")
        if not listed:
            return
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in ("change", "resource", "type", "properties", "consequence"):
            table.add_column(heading, overflow="fold")
        for change, row in zip(listed, rows, strict=True):
            table.add_row(*self._cells(*row), style="red" if is_loss(change) else "")
        self._console.print(table)

    def show_events(self, region: str, events: Sequence[Event]) -> None:
        """Show each failure on its own line, and the other resources in one line per status."""
        ended: dict[str, list[Event]] = {}
        for event in events:
            alone = event.of_stack or (event.failed and not is_cancelled(event))
            if alone:
                self._flush(region, ended)
                self._print(_line(region, event, event.logical_id))
            elif event.status.endswith("_COMPLETE") or event.failed:
                ended.setdefault(event.status, []).append(event)
        self._flush(region, ended)

    def _flush(self, region: str, ended: dict[str, list[Event]]) -> None:
        for group in ended.values():
            names = [event.logical_id for event in group]
            more = len(names) - NAMED_RESOURCES
            text = ", ".join(names[:NAMED_RESOURCES]) + (f" and {more} more" if more > 0 else "")
            self._print(_line(region, group[-1], text))
        ended.clear()

    def show_forecast(self, region: str, forecast: Forecast) -> None:
        """Update the last line of a terminal; in a log, print a line for each new minute."""
        left = _left(forecast.seconds_left)
        if self._console.is_terminal:
            text = f"{region}: {forecast.done} of {forecast.total}{left}"
            if self._status is None:
                self._status = self._console.status(text)
                self._status.start()
            self._status.update(text)
        elif left != self._last_forecast:
            self._last_forecast = left
            if left:
                self.tell(f"         {region} {forecast.done} of {forecast.total}{left}")

    def show_cause(self, cause: Cause) -> None:
        """Show the first failure, its details and a hint."""
        kind = cause.resource_type.removeprefix("AWS::")
        title = Text(f"\nwhy: {cause.logical_id} ({kind}) in {cause.region}", style="bold red")
        self._print(title)
        self._print(Text(f"  {cause.reason}"))
        for detail in cause.details:
            self._print(Text(f"  {detail}"))
        if cause.hint:
            self._print(Text(f"hint: {cause.hint}", style="yellow"))

    def show_table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show rows under headings."""
        self.clear_status()
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*self._cells(*row))
        self._console.print(table)

    def keep(self, document: Mapping[str, object]) -> None:
        """Do nothing: the terminal has shown it already."""

    def redraw(self) -> None:
        """Clear a terminal; a log keeps everything."""
        self.clear_status()
        if self._console.is_terminal:
            self._console.clear()

    def agree(self, question: str, *, in_person: bool = False) -> bool:
        """Ask for confirmation, unless --yes was given and is enough."""
        if self._yes and not in_person:
            return True
        self.clear_status()
        if not self._console.is_terminal or not sys.stdin.isatty():
            if in_person:
                return False
            raise wrong_use(f"not running in a terminal: {question}", "pass --yes to confirm")
        try:
            return click.confirm(printable(self._secrets.hide(question)))
        except click.Abort:
            # Ctrl-C ends a question as it ends a call.
            raise KeyboardInterrupt from None

    def clear_status(self) -> None:
        """Remove the status line at the bottom of the terminal."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _cells(self, *texts: str) -> list[Text]:
        # Printable before rich measures them.
        return [Text(printable(self._secrets.hide(text))) for text in texts]

    def _print(self, text: Text) -> None:
        hidden = self._secrets.hide(text.plain)
        # A log has no wrapped lines, so that it can be searched.
        soft = not self._console.is_terminal
        self._console.print(text if hidden == text.plain else Text(hidden), soft_wrap=soft)


def _line(region: str, event: Event, text: str) -> Text:
    style = "red" if event.failed else "green" if event.status.endswith("_COMPLETE") else ""
    line = Text(f"{event.at:%H:%M:%S} {region} ")
    line.append(f"{event.status:<20} ", style=style)
    return line.append(text)


def _row(change: Change) -> tuple[str, ...]:
    return (
        change.action.lower(),
        change.logical_id,
        change.resource_type.removeprefix("AWS::"),
        ", ".join(change.properties),
        consequence(change),
    )


def _counted(changes: Sequence[Change]) -> str:
    counts = {
        "to add": sum(change.action == "Add" for change in changes),
        "to change": sum(change.action == "Modify" for change in changes),
        "to remove": sum(change.action == "Remove" for change in changes),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "no changes"


def _left(seconds: float) -> str:
    if seconds <= 0:
        return ""
    minutes = round(seconds / _SECONDS_PER_MINUTE)
    left = f"at least {minutes} min" if minutes else "a minute or less"
    return f", {left} left, by published averages"
