"""Verdicts and survival as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from payment_templates.evidence.claim import Verdict
from payment_templates.evidence.faults.effects import TIERS
from payment_templates.evidence.text_output import fate, label, not_applicable, ordered, reason

if TYPE_CHECKING:
    from payment_templates.evidence.examination import Examination

_STYLES = {
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.KEPT: "green",
    Verdict.CONDITIONAL: "yellow",
    Verdict.UNKNOWN: "magenta",
    Verdict.BROKEN: "red",
}


def verdict_table(examination: Examination) -> Table:
    """Show verdict, promise and reason of every claim, the broken ones last."""
    without = not_applicable(examination)
    table = Table(
        *("verdict", "promise", "why"),
        title=f"Promises in {examination.region}",
        caption=f"not applicable: {without}" if without else None,
    )
    for result in ordered(examination):
        verdict = result.finding.verdict
        if verdict is Verdict.NOT_APPLICABLE:
            continue
        styled = f"[{_STYLES[verdict]}]{label(result)}[/]"
        table.add_row(styled, escape(result.claim.title), escape(reason(result)))
    return table


def survival_table(examination: Examination) -> Table:
    """Show what each single fault leaves of each tier."""
    table = Table("fault", *TIERS, title="What remains after each single fault")
    for fault, effects in examination.effects:
        table.add_row(str(fault), *map(fate, effects))
    return table
