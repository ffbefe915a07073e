"""Runs the command line: python -m payment_templates."""

import os
import sys

try:
    from payment_templates.commands.output.interruption import end_on_interruption, exit_interrupted

    end_on_interruption()
except KeyboardInterrupt:
    # The same, while that module is loading.
    sys.stderr.write("error: interrupted\n")
    os._exit(130)

import signal
from pathlib import Path

from payment_templates.commands.output.error_messages import print_error
from payment_templates.exit_codes import ExitCode

try:
    from payment_templates.cli import main
except ModuleNotFoundError as missing:
    print_error(
        f"the package {missing.name} is not installed",
        "run `pip install .`, or a make target, which installs what it needs",
    )
    sys.exit(ExitCode.WRONG_USE)


def _program() -> str:
    """Return how this program was started, as it can be typed again in this folder."""
    python, here = Path(sys.executable), Path.cwd()
    shown = python.relative_to(here) if python.is_relative_to(here) else python.name
    return f"{shown} -m payment_templates"


try:
    main(prog_name=_program())
except SystemExit as end:
    if end.code == ExitCode.INTERRUPTED:
        exit_interrupted()
    raise
finally:
    # The command has ended: Ctrl-C no longer changes its exit code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
