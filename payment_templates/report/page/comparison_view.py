"""Prepares what the page shows of two templates: what differs between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.faults.effects import TIERS
from payment_templates.evidence.text_output import summary_line, survivors
from payment_templates.report.comparison.promises import changed_promises, changed_recoveries
from payment_templates.report.page.view import cost, duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.report.page.findings import Findings


def comparison(one: Findings, other: Findings) -> dict[str, object]:
    """Return what differs between two templates: figures, survival, recovery and verdicts."""
    sides = (one, other)
    survival = [
        {str(fault): [*map(survivors, its)] for fault, its in side.examination.effects}
        for side in sides
    ]
    promises = changed_promises(one.examination, other.examination)
    return {
        "figures": [
            ("promises", *(summary_line(side.examination) for side in sides)),
            ("cost a month, USD", *(cost(side) for side in sides)),
            ("time to deploy", *(duration(side) for side in sides)),
        ],
        "promises": [
            (it.title, it.before or "not promised", it.after or "not promised")
            for it in promises
            if it.before != it.after
        ],
        "survival": [*_survival(*survival)],
        "recovery": [
            (it.disruption, it.what, it.before or "not listed", it.after or "not listed")
            for it in changed_recoveries(one.examination, other.examination)
        ],
    }


def _survival(
    one: dict[str, list[str]], other: dict[str, list[str]]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each failure and tier of which something else is left."""
    for name in dict.fromkeys((*one, *other)):
        if name in one and name in other:
            for tier, first, second in zip(TIERS, one[name], other[name], strict=True):
                if first != second:
                    yield name, tier, first, second
        else:
            yield name, "all", _all_tiers(one.get(name)), _all_tiers(other.get(name))


def _all_tiers(left: list[str] | None) -> str:
    if left is None:
        return "has no such part"
    return ", ".join(f"{tier} {text}" for tier, text in zip(TIERS, left, strict=True))
