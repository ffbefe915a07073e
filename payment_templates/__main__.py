"""Runs the command line: python -m payment_templates."""

import sys
from pathlib import Path

from payment_templates.commands.output.error_messages import print_error
from payment_templates.commands.output.interruption import end_on_interruption
from payment_templates.exit_codes import ExitCode

end_on_interruption()

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


main(prog_name=_program())
