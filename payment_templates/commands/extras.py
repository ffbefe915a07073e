"""Names the extra to install when a package that a command needs is missing."""

from __future__ import annotations

from typing import Any

import click

from payment_templates.commands.inputs.usage_errors import Command, plain_usage_errors
from payment_templates.commands.output.error_messages import print_error

# Packages by the extra of this project that installs them.
_EXTRAS = {
    "aws": ("boto3", "botocore", "rich"),
    "rehearsal": ("ministack", "jsonschema", "cfnlint", "uvicorn"),
}


class ExtrasGroup(click.Group):
    """A group of commands, each of which imports the packages that it needs when it runs."""

    command_class = Command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401 - click's own.
        """Parse the arguments before the command's name."""
        with plain_usage_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own.
        """Run the command; exits with 2 when a package is missing."""
        try:
            with plain_usage_errors():
                return super().invoke(ctx)
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            for extra, packages in _EXTRAS.items():
                if package in packages:
                    print_error(
                        f"this command needs {package}",
                        f"pip install 'payment-templates[{extra}]'",
                    )
                    raise click.exceptions.Exit(click.UsageError.exit_code) from None
            raise
