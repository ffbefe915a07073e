"""Ends the program with one line on Ctrl-C, also while it is still loading.

It imports only what Python has loaded when it starts: it has to be there before anything else.
"""

from __future__ import annotations

import os
import sys

# For annotations alone: the module typing takes as long to load as a small program.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn

INTERRUPTED = "interrupted"
# ExitCode.INTERRUPTED.
_EXIT_CODE = 130


def end_on_interruption() -> None:
    """Let Ctrl-C end the program with one line and 130 wherever nothing else handles it."""
    sys.excepthook = _end


def exit_interrupted() -> NoReturn:
    """End the process with 130, after its errors are printed.

    SystemExit is not enough: if Ctrl-C interrupted text that is compiled at run time, as the code
    of a dataclass is, CPython ends itself by the signal, even after the program has handled it
    (run_eval_code_obj and Py_RunMain).
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            # It is closed, and may have been so before the program started.
            continue
    os._exit(_EXIT_CODE)


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    print(f"error: {INTERRUPTED}", file=sys.stderr)  # noqa: T201 - a command line.
    exit_interrupted()
