"""Formats every error: a line `error: <problem>` and, with a next step, a line `hint: <step>`."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from payment_templates.commands.output.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

# The next step when an options file cannot be read.
NAME_OPTIONS = "name an options file in TOML with --options"
# The problem and the next step when both are given.
PROFILE_AND_OPTIONS = (
    "--profile and --options cannot be used together",
    "set `profile` in the options file instead",
)


def with_hint(problem: str, hint: str = "") -> str:
    """Join a problem and the next step in one text of two lines."""
    return f"{problem}\nhint: {hint}" if hint else problem


def internal_error() -> str:
    """Return the text of an error that is a bug of this program, while it is handled."""
    problem = f"internal error\n{traceback.format_exc().rstrip()}"
    return with_hint(problem, "please report it with the lines above")


def cannot_read(path: Path, error: OSError | UnicodeDecodeError) -> str:
    """Return the problem of a file that cannot be read."""
    if isinstance(error, IsADirectoryError):
        reason = "it is a folder"
    else:
        reason = str(error.strerror) if isinstance(error, OSError) else "it is not a text file"
    return f"cannot read {path}: {reason}"


def print_error(problem: str, hint: str = "") -> None:
    """Print an error to stderr."""
    text = printable(f"error: {with_hint(problem, hint)}")
    print(text, file=sys.stderr)  # noqa: T201 - a command line.
