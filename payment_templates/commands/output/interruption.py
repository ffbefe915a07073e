"""Ends the program with one line on Ctrl-C, also while it is still loading."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from payment_templates.commands.output.error_messages import print_error
from payment_templates.exit_codes import ExitCode

if TYPE_CHECKING:
    from types import TracebackType

INTERRUPTED = "interrupted"


def end_on_interruption() -> None:
    """Let Ctrl-C end the program with one line and 130 wherever nothing else handles it."""
    sys.excepthook = _end


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    print_error(INTERRUPTED)
    sys.stderr.flush()
    # The interpreter would end itself by the signal, with another exit code.
    os._exit(ExitCode.INTERRUPTED)
