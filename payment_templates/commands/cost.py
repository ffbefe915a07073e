"""Runs the cost command: shows what a stack costs a month."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from payment_templates.commands.inputs.regions import regions_or_pair
from payment_templates.commands.inputs.template_files import chosen_template, read_template
from payment_templates.commands.inputs.template_inputs import examination, parameter_values
from payment_templates.commands.output.printable import printable
from payment_templates.evidence import regional_topologies
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.choices import choices_of
from payment_templates.report.cost.output import to_json, to_text
from payment_templates.report.cost.usage import Usage

if TYPE_CHECKING:
    from pathlib import Path


def show_cost(
    template: Path | None,
    *,
    regions: tuple[str, ...],
    pairs: tuple[str, ...],
    as_json: bool,
    **load: float,
) -> None:
    """Print the bill of a template in its regions for the given load."""
    path = chosen_template(template)
    usage = Usage(**load)
    with examination():
        given = parameter_values(pairs)
        topologies = regional_topologies(
            read_template(path), regions=regions_or_pair(regions), parameters=given
        )
        bills = bills_of(topologies, usage, given)
        choices = choices_of(topologies, bills, usage)
    if as_json:
        click.echo(to_json(bills, choices, usage))
    else:
        for text, heading in to_text(bills, choices, usage, datetime.now(UTC).date()):
            click.echo(click.style(printable(text), bold=True) if heading else printable(text))
