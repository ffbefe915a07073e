"""Ends a command on Ctrl-C, SIGTERM and SIGHUP: with its error or its JSON document."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from payment_templates.commands.output.error_messages import print_error
from payment_templates.commands.output.interruption import INTERRUPTED
from payment_templates.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Generator

_NAMES = ("SIGTERM", "SIGHUP")


@contextmanager
def end_on_signals() -> Generator[None]:
    """Raise KeyboardInterrupt on the first of these signals; ignores what `nohup` ignores."""
    former = {
        number: handler
        for name in _NAMES
        # Windows has no SIGHUP.
        if (number := getattr(signal, name, None)) is not None
        and (handler := signal.getsignal(number)) is not signal.SIG_IGN
    }
    if threading.current_thread() is not threading.main_thread():
        former = {}
    try:
        for number in former:
            signal.signal(number, _interrupt)
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def interruption_ends_command() -> Generator[None]:
    """End a command on Ctrl-C, and at the end of the input of a prompt, with one line and 130."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        print_error(INTERRUPTED)
        raise click.exceptions.Exit(ExitCode.INTERRUPTED) from None


def _interrupt(number: int, _frame: object) -> NoReturn:
    # A second signal must not interrupt the output.
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
