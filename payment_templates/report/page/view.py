"""Prepares what the page shows of one template: rows and figures, formatted as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence import Verdict
from payment_templates.evidence.faults.effects import TIERS
from payment_templates.evidence.text_output import (
    disruption,
    label,
    ordered,
    reason,
    recovery_time,
    summary_line,
    survivors,
)
from payment_templates.facts.price_sources import CHECKED
from payment_templates.quantity import quantity
from payment_templates.report.compliance import Status
from payment_templates.report.compliance.output.text import resources
from payment_templates.report.cost.bill import LEFT_OUT
from payment_templates.report.cost.bill_lines import TIERS as COST_TIERS
from payment_templates.report.cost.bill_lines import total
from payment_templates.report.cost.usage import ASSUMPTIONS
from payment_templates.report.page.weak_steps import weaknesses_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import Parameter
    from payment_templates.evidence import Creation, Result
    from payment_templates.report.compliance.assessment import Assessed
    from payment_templates.report.cost.bill_lines import RegionBill
    from payment_templates.report.page.findings import Findings
    from payment_templates.report.page.simulation import Outcome

_SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Row:
    """A promise, with everything that explains its verdict."""

    id: str
    title: str
    verdict: str
    # A word for the color: kept, conditional, unknown, broken or none.
    tone: str
    why: str
    how: tuple[str, ...]
    evidence: tuple[str, ...]
    sources: tuple[str, ...]
    accepted: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The creation of a resource, as a bar; places are in percent of the whole deployment."""

    creation: Creation
    left: float
    width: float


_TONES = {
    Verdict.KEPT: "kept",
    Verdict.CONDITIONAL: "conditional",
    Verdict.UNKNOWN: "unknown",
    Verdict.BROKEN: "broken",
    Verdict.NOT_APPLICABLE: "none",
}


_STATUS_TONES = {
    Status.MET: "kept",
    Status.CONDITIONAL: "conditional",
    Status.UNKNOWN: "unknown",
    Status.NOT_MET: "broken",
    Status.CUSTOMER: "none",
    Status.AWS: "none",
    Status.NOT_APPLICABLE: "none",
}


def view_of(found: Findings) -> dict[str, object]:
    """Return what the page's template needs of one template."""
    examination = found.examination
    return {
        "name": found.name,
        "sha256": found.sha256,
        "given": [f"{name}={value}" for name, value in found.parameters.items()],
        "region": examination.region,
        "profile": examination.profile,
        "summary": summary_line(examination),
        "counts": [
            (verdict.value, _TONES[verdict], count)
            for verdict, count in reversed(examination.counts.items())
            if count
        ],
        "promises": [_row(result) for result in reversed(ordered(examination))],
        "tiers": TIERS,
        "survival": [(str(fault), [*map(survivors, its)]) for fault, its in examination.effects],
        "macros": found.template.macros,
        "unknown": examination.effects_unknown or found.incidents_unknown,
        "recoveries": [
            (
                disruption(it),
                recovery_time(it),
                str(it.loss or "unknown"),
                str(it.capacity or "unknown"),
            )
            for it in examination.recoveries
        ],
        "weaknesses": weaknesses_of(examination.recoveries, found.incidents),
        "outcomes": [_outcome(outcome) for outcome in found.outcomes],
        "bills": [_bill(bill) for bill in found.bills],
        "cost": cost(found),
        "choices": [(it.what, str(it.cost), it.made) for it in found.choices],
        "assumptions": [
            (text, f"{getattr(found.usage, name):g}") for name, text in ASSUMPTIONS.items()
        ],
        "left_out": LEFT_OUT,
        "prices_checked": CHECKED,
        "bars": [*_bars(found.creations)],
        "instant": sum(not it.seconds for it in found.creations),
        "duration": duration(found),
        "creations_unknown": found.creations_unknown,
        "statuses": [
            (status.value, _STATUS_TONES[status], count)
            for status, count in found.assessment.counts.items()
        ],
        "requirements": [_requirement(it) for it in found.assessment.requirements],
        "parameters": [
            (name, _default(it), it.description) for name, it in found.template.parameters.items()
        ],
        "outputs": [
            (name, _described(it.description), it.condition or "")
            for name, it in found.template.outputs.items()
        ],
    }


def cost(found: Findings) -> str:
    """Return the bill of all regions as text."""
    return str(total([line for bill in found.bills for line in bill.lines]))


def duration(found: Findings) -> str:
    """Return how long the deployment takes: in minutes, or in seconds below one."""
    if found.creations_unknown:
        return "an unknown time"
    seconds = _end(found.creations)
    text = (
        f"{seconds:g} s"
        if seconds < _SECONDS_PER_MINUTE
        else f"{seconds / _SECONDS_PER_MINUTE:.1f} min"
    )
    return f"{'at least' if found.template.macros else 'about'} {text}"


def _row(result: Result) -> Row:
    finding = result.finding
    return Row(
        id=result.claim.id,
        title=result.claim.title,
        verdict=label(result),
        tone=_TONES[finding.verdict],
        why=reason(result),
        how=tuple(line.strip() for line in result.claim.how.splitlines() if line.strip()),
        evidence=finding.evidence,
        sources=result.claim.sources,
        accepted=str(result.accepted or ""),
    )


def _requirement(assessed: Assessed) -> dict[str, object]:
    others = (("customer", assessed.row.customer), ("AWS", assessed.row.aws))
    return {
        "number": assessed.row.number,
        "summary": assessed.summary,
        "status": assessed.status.value,
        "tone": _STATUS_TONES[assessed.status],
        "why": assessed.why,
        "answers": [*resources(assessed)],
        # Markdown, for the generated page of the docs.
        "others": [f"{who}: {text.replace('`', '')}" for who, text in others if text],
    }


def _outcome(outcome: Outcome) -> dict[str, object]:
    most = max(outcome.histogram, default=0) or 1
    promise = outcome.promise
    if outcome.held is not None:
        held = f"{outcome.held:.0%}"
    elif promise:
        held = "undecided"
    else:
        held = ""
    return {
        "title": outcome.title,
        "until": outcome.until,
        "promise": f"{promise.seconds:g} s" if promise else "",
        "held": held,
        "median": f"{outcome.median:.0f} s",
        "p95": f"{outcome.p95:.0f} s",
        "histogram": [round(count / most * 100) for count in outcome.histogram],
        "longest": f"{outcome.longest:.0f} s",
        "limit": _limit(outcome),
        "decides": f"{outcome.decides} ({outcome.share:.0%})" if outcome.decides else "",
        "open": "; ".join(outcome.open_steps),
    }


def _limit(outcome: Outcome) -> float | None:
    """Return the place of the promised time in the histogram, in percent."""
    if outcome.promise is None or outcome.longest < outcome.promise.seconds:
        return None
    return outcome.promise.seconds / outcome.longest * 100


def _bill(bill: RegionBill) -> dict[str, object]:
    most = max((total(bill.of_tier(tier)).usd for tier in COST_TIERS), default=0) or 1
    tiers = [
        {
            "name": tier,
            "total": str(total(lines)),
            "width": total(lines).usd / most * 100,
            "lines": lines,
        }
        for tier in COST_TIERS
        if (lines := bill.of_tier(tier))
    ]
    return {"region": bill.region, "total": str(bill.total), "tiers": tiers}


def _bars(creations: Sequence[Creation]) -> Iterator[Bar]:
    end = _end(creations)
    for creation in creations:
        if creation.seconds:
            left, width = creation.start / end * 100, creation.seconds / end * 100
            yield Bar(creation=creation, left=left, width=width)


def _end(creations: Sequence[Creation]) -> float:
    return max((it.start + it.seconds for it in creations), default=0)


def _default(parameter: Parameter) -> str:
    if parameter.default is None:
        return "required"
    if parameter.no_echo and parameter.default:
        return "not shown"
    return parameter.default or "empty"


def _described(text: object) -> str:
    return str(text or "")


def regions_of(found: Findings) -> str:
    """Return the regions of the picture as text."""
    names = [region.name for region in found.picture.regions]
    return f"{quantity(len(names), 'region')}: {', '.join(names)}"
