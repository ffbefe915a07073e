"""Formats an examination as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from payment_templates.evidence.claim import Verdict
from payment_templates.evidence.faults.effects import TIERS
from payment_templates.evidence.text_output import (
    disruption,
    label,
    not_applicable,
    ordered,
    reason,
    survivors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.examination import Examination
    from payment_templates.evidence.recovery.recovery import Recovery

_STYLES = {
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.KEPT: "green",
    Verdict.CONDITIONAL: "yellow",
    Verdict.UNKNOWN: "magenta",
    Verdict.BROKEN: "red",
}


def verdict_table(examination: Examination) -> Table:
    """Return the table of verdicts, promises and reasons, with broken promises last."""
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
    """Return the table of what remains of each tier after each single fault."""
    table = Table("fault", *TIERS, title="What remains after each single fault")
    for fault, effects in examination.effects:
        table.add_row(str(fault), *map(survivors, effects))
    return table


def recovery_table(examination: Examination) -> Table:
    """Return the table of RTO, RPO, capacity and recovery steps per disruption."""
    table = Table(
        *("disruption", "best", "typical", "worst", "RPO", "capacity", "steps"),
        title="RTO and RPO per disruption; capacity in percent of the load at the scaling target",
    )
    for recovery in examination.recoveries:
        span = recovery.span
        times = span.texts if span else ("", "", recovery.unknown)
        table.add_row(
            escape(disruption(recovery)),
            *map(escape, times),
            escape(str(recovery.loss or "unknown")),
            escape(str(recovery.capacity or "unknown")),
            escape("\n".join(_steps(recovery))),
        )
    return table


def _steps(recovery: Recovery) -> Iterator[str]:
    for chain in recovery.chains:
        yield f"until {chain.what}: {chain.span}"
        yield from (f"  {step.what}: {step.span}" for step in chain.steps)
