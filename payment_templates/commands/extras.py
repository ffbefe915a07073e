"""Names the extra that a command needs when one of its packages is not installed."""

from __future__ import annotations

from typing import Any

import click

# Packages by the extra of this project that installs them.
_EXTRAS = {
    "aws": ("boto3", "botocore", "rich"),
    "rehearsal": ("ministack", "jsonschema", "cfnlint", "uvicorn"),
}


class ExtrasGroup(click.Group):
    """A group of commands, each of which imports what it needs when it runs."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own.
        """Run the command; ends the program in two lines when a package is missing."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            for extra, packages in _EXTRAS.items():
                if package in packages:
                    click.echo(f"error: this command needs {package}", err=True)
                    click.echo(f"hint: pip install 'payment-templates[{extra}]'", err=True)
                    raise click.exceptions.Exit(click.UsageError.exit_code) from None
            raise
