"""Prints with rich, and shows what a terminal would obey as an escape."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from rich.console import Console
from rich.segment import Segment

from payment_templates.commands.output.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import ConsoleOptions, RenderableType


class ClosedOutputError(BrokenPipeError):
    """The program that reads the output has ended, such as `head`."""


class SafeConsole(Console):
    """A console for text from templates and AWS, in tables too."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise ClosedOutputError, where rich would exit: a command has to clean up and say so."""
        raise ClosedOutputError

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as rich does, with printable text."""
        for segment in super().render(renderable, options):
            # rich's own control codes have no text of anyone else.
            yield segment if segment.control else Segment(printable(segment.text), segment.style)
