"""Defines --version: the version of the clone, or of the installed package."""

from __future__ import annotations

from pathlib import Path

import click

PACKAGE = "payment-templates"
_PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def version() -> str:
    """Return the version, of pyproject.toml in a clone, otherwise of the installed package."""
    import tomllib  # noqa: PLC0415 - only --version needs it.

    if _PROJECT.is_file():
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == PACKAGE:
            return str(project["version"])
    from importlib.metadata import version as installed_version  # noqa: PLC0415 - as above.

    return installed_version(PACKAGE)


def _show(context: click.Context, _: click.Parameter, given: bool) -> None:  # noqa: FBT001 - click's own.
    if given and not context.resilient_parsing:
        click.echo(f"payment-stack {version()}")
        context.exit()


version_option = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show,
    help="Show the version and exit.",
)
