"""Runs the report command: writes one HTML page about a template, or about two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from payment_templates.commands.inputs.output_files import require_writable, write_output
from payment_templates.commands.inputs.template_files import chosen_template, read_template
from payment_templates.commands.inputs.template_inputs import (
    examination,
    named_profile,
    parameter_values,
    profile_of,
    require_known,
    sha256_of,
)
from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.profiles import PROFILES
from payment_templates.quantity import quantity
from payment_templates.report.page.findings import collect
from payment_templates.report.page.page import render

if TYPE_CHECKING:
    from pathlib import Path

MOST_TEMPLATES = 2


def write_report(
    templates: tuple[Path, ...],
    *,
    output: Path,
    region: str,
    pairs: tuple[str, ...],
    profile: str | None,
    options_file: Path | None,
    seed: int,
    runs: int,
) -> None:
    """Examine the templates and write the page."""
    if len(templates) > MOST_TEMPLATES:
        raise WrongUseError(f"{quantity(len(templates), 'template')} given", "pass one or two")
    named, given = named_profile(profile, options_file), parameter_values(pairs)
    # The promises of `any` are no profile that a template is written from.
    written = named if named in PROFILES else None
    paths = templates or (chosen_template(None, profile=written, options_file=options_file),)
    require_writable("--output", output, (*paths, options_file))
    with examination():
        read = [read_template(path) for path in paths]
        require_known(given, *read)
        sides = [
            collect(
                template,
                name=path.name,
                sha256=sha256_of(path, template),
                region=region,
                parameters={k: v for k, v in given.items() if k in template.parameters},
                profile=named or profile_of(template),
                seed=seed,
                runs=runs,
            )
            for path, template in zip(paths, read, strict=True)
        ]
    text = render(sides, seed=seed, runs=runs)
    write_output("--output", output, text)
    click.echo(f"wrote {output}", err=True)
