"""Ends the program with one line when its output cannot be written."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from payment_templates.commands.output.error_messages import print_error
from payment_templates.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Generator

# A full disk, a full quota, the largest file, a broken disk.
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def is_unwritable(error: OSError) -> bool:
    """Return whether the error is that of an output that cannot be written."""
    return error.errno in _UNWRITABLE


@contextmanager
def end_on_full_disk() -> Generator[None]:
    """Write what is buffered, and exit with 1 if that or an earlier write fails."""
    try:
        try:
            yield
        finally:
            # None where it was closed before the program started.
            if sys.stdout:
                sys.stdout.flush()
    except OSError as error:
        closed = isinstance(error, BrokenPipeError)
        if not (closed or is_unwritable(error)):
            raise
        _discard_output()
        if not closed:
            # The errors may go to the same disk.
            with suppress(OSError):
                print_error(f"cannot write the output: {error.strerror}", "free some space first")
        raise SystemExit(ExitCode.FAILED) from None


def _discard_output() -> None:
    # The interpreter writes what is buffered once more at its end.
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
