"""Runs the diagram command: draws a stack by region and zone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from payment_templates.commands.inputs.output_files import require_writable, write_output
from payment_templates.commands.inputs.regions import regions_or_pair
from payment_templates.commands.inputs.template_files import chosen_template, read_template
from payment_templates.commands.inputs.template_inputs import examination, parameter_values
from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.commands.output.error_messages import cannot_read, print_error
from payment_templates.evidence import regional_topologies
from payment_templates.exit_codes import ExitCode
from payment_templates.report.picture.mermaid import to_mermaid
from payment_templates.report.picture.reading import read_picture
from payment_templates.report.picture.svg import draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from payment_templates.report.picture.model import Picture

FORMATS: dict[str, Callable[[Picture], str]] = {"svg": draw, "mermaid": to_mermaid}


def show_diagram(
    template: Path | None,
    *,
    kind: str,
    regions: tuple[str, ...],
    pairs: tuple[str, ...],
    output: Path | None,
    check: bool,
) -> None:
    """Print a picture of the stack, write it to a file, or check that the file is current."""
    if check and output is None:
        raise WrongUseError("--check needs the file to check", "pass --output FILE")
    path = chosen_template(template)
    if output and not check:
        require_writable("--output", output, (path,))
    with examination():
        topologies = regional_topologies(
            read_template(path),
            regions=regions_or_pair(regions),
            parameters=parameter_values(pairs),
        )
        text = FORMATS[kind](read_picture(topologies))
    if output is None:
        click.echo(text, nl=False)
    elif check:
        _check(output, text)
    else:
        write_output("--output", output, text)


def _check(output: Path, text: str) -> None:
    again = "run the same command without --check"
    if not output.exists():
        print_error(f"{output} does not exist", again)
        sys.exit(ExitCode.FAILED)
    try:
        current = output.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUseError(
            cannot_read(output, error), "choose another file with --output"
        ) from None
    if current != text:
        print_error(f"{output} is out of date", again)
        sys.exit(ExitCode.FAILED)
