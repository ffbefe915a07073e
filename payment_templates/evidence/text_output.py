"""Verdicts as text: one line, a line each, or one claim with its whole arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import Verdict

if TYPE_CHECKING:
    from payment_templates.evidence.examination import Examination, Result
    from payment_templates.evidence.faults.effects import Effect


def summary_line(examination: Examination) -> str:
    """Count the promises by verdict, in one line."""
    counts = examination.counts
    broken = [result for result in examination.results if result.finding.verdict is Verdict.BROKEN]
    accepted = sum(bool(result.accepted) for result in broken)
    return (
        f"{counts[Verdict.KEPT]} promises kept, {counts[Verdict.CONDITIONAL]} under a condition, "
        f"{counts[Verdict.BROKEN]} broken ({accepted} of them accepted for {examination.profile})"
    )


def plain_lines(examination: Examination) -> list[str]:
    """Return the same as lines of tab-separated text."""
    verdicts = [
        f"{label(result)}\t{result.claim.title}\t{reason(result)}"
        for result in ordered(examination)
    ]
    faults = [
        "\t".join([str(fault), *(f"{effect.tier}: {fate(effect)}" for effect in effects)])
        for fault, effects in examination.effects
    ]
    return [*verdicts, *faults]


def ordered(examination: Examination) -> list[Result]:
    """Put the broken promises last, where a terminal ends."""
    return sorted(
        examination.results,
        key=lambda result: (list(Verdict).index(result.finding.verdict), result.fails),
    )


def label(result: Result) -> str:
    """Return the verdict, and whether a broken promise is accepted."""
    return f"{result.finding.verdict.value}{', accepted' if result.accepted else ''}"


def reason(result: Result) -> str:
    """Return the reason, and the conditions under which it holds when not all of them."""
    where = conditions(result)
    return result.finding.why + (f" ({where})" if where else "")


def conditions(result: Result) -> str:
    """Name the conditions, and the other region, that a finding depends on, empty without any."""
    named = [name if true else f"no {name}" for name, true in result.combination.items()]
    return ", ".join([*named, f"in {result.elsewhere}"] if result.elsewhere else named)


def fate(effect: Effect) -> str:
    """Return how many of a tier are left, and whether a new one can start."""
    stuck = ", none can start" if effect.blocked else ""
    return f"{effect.remains} of {effect.before}{stuck}"


def explanation(result: Result) -> list[str]:
    """Return a claim with its whole arithmetic and its sources, line by line."""
    claim, finding = result.claim, result.finding
    lines = [
        f"{claim.id}: {claim.title}",
        f"verdict: {finding.verdict}, {finding.why}",
        f"sources: {'; '.join(claim.sources)}",
        f"conditions: {conditions(result) or 'any'}; {result.count} of {result.total} combinations",
    ]
    if result.accepted:
        lines.append(f"accepted: {result.accepted}")
    lines += ["how:", *(f"  {line.strip()}" for line in claim.how.splitlines() if line.strip())]
    return [*lines, "evidence:", *(f"  {line}" for line in finding.evidence or ("none",))]
