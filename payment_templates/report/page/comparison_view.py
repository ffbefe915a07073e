"""Prepares what the page shows of two templates: what differs between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.text_output import summary_line, survivors
from payment_templates.report.comparison.promises import changed_promises, changed_recoveries
from payment_templates.report.cost.bill_lines import TIERS as COST_TIERS
from payment_templates.report.cost.bill_lines import total
from payment_templates.report.page.view import cost, duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from payment_templates.evidence.faults.effects import Effect
    from payment_templates.report.page.findings import Findings


def comparison(one: Findings, other: Findings) -> dict[str, object]:
    """Return what differs between two templates: figures, survival, verdicts and cost."""
    sides = (one, other)
    promises = changed_promises(one.examination, other.examination)
    return {
        "figures": [
            ("promises", *(summary_line(side.examination) for side in sides)),
            ("requirements of PCI DSS", *map(_requirements, sides)),
            ("cost a month, USD", *(cost(side) for side in sides)),
            ("time to deploy", *(duration(side) for side in sides)),
            (f"in {one.examination.region}", *map(_parts, sides)),
        ],
        "promises": [
            (it.title, it.before or "not promised", it.after or "not promised")
            for it in promises
            if it.before != it.after
        ],
        "survival": [*_survival(*map(_effects, sides))],
        "recovery": [
            (it.disruption, it.what, it.before or "not listed", it.after or "not listed")
            for it in changed_recoveries(one.examination, other.examination)
        ],
        "requirements": [
            (it.row.number, it.summary, it.status.value, new.status.value)
            for it, new in zip(
                one.assessment.requirements, other.assessment.requirements, strict=True
            )
            if it.status is not new.status
        ],
        "tiers": [(tier, *(_tier_cost(side, tier) for side in sides)) for tier in COST_TIERS],
    }


def _requirements(side: Findings) -> str:
    return ", ".join(f"{count} {status}" for status, count in side.assessment.counts.items())


def _tier_cost(side: Findings, tier: str) -> str:
    return str(total([line for bill in side.bills for line in bill.of_tier(tier)]))


def _effects(side: Findings) -> dict[str, tuple[Effect, ...]]:
    return {str(fault): tuple(effects) for fault, effects in side.examination.effects}


def _parts(side: Findings) -> str:
    """Return how many members each tier has."""
    for _, effects in side.examination.effects:
        return ", ".join(f"{effect.tier} {effect.before}" for effect in effects)
    return "unknown"


def _survival(
    one: Mapping[str, Sequence[Effect]], other: Mapping[str, Sequence[Effect]]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield each failure and tier of which something else is left, apart from other totals."""
    for name in dict.fromkeys((*one, *other)):
        if name in one and name in other:
            for first, second in zip(one[name], other[name], strict=True):
                if not _alike(first, second):
                    yield name, first.tier, survivors(first), survivors(second)
        else:
            yield name, "all", _all_tiers(one.get(name)), _all_tiers(other.get(name))


def _alike(one: Effect, other: Effect) -> bool:
    """Return whether both lose as many members, or the same share of them."""
    if bool(one.blocked) is not bool(other.blocked):
        return False
    same_share = one.lost * other.before == other.lost * one.before
    # With nothing left, it does not matter how many are lost.
    same_count = one.lost == other.lost and bool(one.remains) is bool(other.remains)
    return same_share or same_count


def _all_tiers(left: Sequence[Effect] | None) -> str:
    if left is None:
        return "has no such part"
    return ", ".join(f"{it.tier} {survivors(it)}" for it in left)
