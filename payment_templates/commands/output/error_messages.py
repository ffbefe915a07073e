"""Formats every error: a line `error: <problem>` and, with a next step, a line `hint: <step>`."""

import sys

from payment_templates.commands.output.printable import printable

# The problem and the next step when both are given.
PROFILE_AND_OPTIONS = (
    "--profile and --options cannot be used together",
    "set `profile` in the options file instead",
)


def with_hint(problem: str, hint: str = "") -> str:
    """Join a problem and the next step in one text of two lines."""
    return f"{problem}\nhint: {hint}" if hint else problem


def print_error(problem: str, hint: str = "") -> None:
    """Print an error to stderr."""
    text = printable(f"error: {with_hint(problem, hint)}")
    print(text, file=sys.stderr)  # noqa: T201 - a command line.
