"""Formats an assessment as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from payment_templates.report.compliance.assessment import Status
from payment_templates.report.compliance.output.text import other_parts, reason

if TYPE_CHECKING:
    from payment_templates.report.compliance.assessment import Assessment

_STYLES = {
    Status.NOT_APPLICABLE: "dim",
    Status.AWS: "dim",
    Status.CUSTOMER: "cyan",
    Status.MET: "green",
    Status.CONDITIONAL: "yellow",
    Status.UNKNOWN: "magenta",
    Status.NOT_MET: "red",
}


def requirement_table(assessment: Assessment) -> Table:
    """Return the table of requirements, verdicts and reasons."""
    table = Table(
        *("number", "requirement", "verdict", "why"),
        title=f"PCI DSS v4.0.1 in {assessment.region}",
        caption="the verdict is on the template's part of each requirement alone",
    )
    for it in assessment.requirements:
        styled = f"[{_STYLES[it.status]}]{it.status}[/]"
        table.add_row(
            it.row.number,
            escape(it.summary),
            styled,
            escape("\n".join((reason(it), *other_parts(it)))),
        )
    return table
