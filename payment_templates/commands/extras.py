"""Names the extra to install when a package that a command needs is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from payment_templates.commands.help_texts import SectionedGroup
from payment_templates.commands.inputs.signals import interruption_ends_command
from payment_templates.commands.inputs.usage_errors import plain_usage_errors
from payment_templates.commands.output.error_messages import print_error
from payment_templates.commands.output.full_disk import end_on_full_disk
from payment_templates.exit_codes import ExitCode

# The packages of this project's extras, and the extra that a command needs where it is not "aws".
_PACKAGES = {
    *("boto3", "botocore", "rich", "ministack", "jsonschema", "cfnlint", "uvicorn", "jinja2"),
}
_EXTRAS = {"report": "report"}
# What `make` installs in a clone, where it is not ".venv/aws". Only a clone has the tests that the
# rehearsal runs.
_LEVELS = {"rehearse": ".venv/dev"}
_ROOT = Path(__file__).parents[2]


class ExtrasGroup(SectionedGroup):
    """A group of commands, each of which imports the packages that it needs when it runs."""

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - click's own.
        """Run the program."""
        with end_on_full_disk():
            return super().main(*args, **extra)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401 - click's own.
        """Parse the arguments before the command's name."""
        with interruption_ends_command(), plain_usage_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own.
        """Run the command; exits with 2 when a package is missing."""
        try:
            with interruption_ends_command(), plain_usage_errors():
                return super().invoke(ctx)
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            if package not in _PACKAGES:
                raise
            hint = _installation(ctx.invoked_subcommand or "")
            print_error(f"this command needs {package}", hint)
            raise click.exceptions.Exit(ExitCode.WRONG_USE) from None


def _installation(command: str) -> str:
    # In a clone the package is not installed, so that pip would ask an index for its name.
    if (_ROOT / "requirements.lock").is_file() and (_ROOT / "Makefile").is_file():
        return f"make {_LEVELS.get(command, '.venv/aws')}"
    return f"pip install 'payment-templates[{_EXTRAS.get(command, 'aws')}]'"
