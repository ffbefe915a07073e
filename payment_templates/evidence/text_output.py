"""Formats verdicts as text: a summary line, a line per promise, or the explanation of a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import Verdict
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.examination import Examination, Result
    from payment_templates.evidence.faults.effects import Effect
    from payment_templates.evidence.recovery.recovery import Recovery


LIMIT_OF_AWS = "broken, limit of AWS"
ACCEPTED = "broken, accepted"
# The claim that applies to every template.
_ALWAYS = "valid-template"
_NOTHING = (
    "nothing applies: the template has no service, database, network, load balancer, alarm, "
    "record or policy"
)


def summary_line(examination: Examination) -> str:
    """Return the number of promises by verdict, as one line."""
    counts = examination.counts
    labels = [label(result) for result in examination.results]
    limits, accepted = labels.count(LIMIT_OF_AWS), labels.count(ACCEPTED)
    # Only a profile of this project accepts anything.
    open_ = [
        result.claim.id
        for result in examination.results
        if result.fails and result.finding.verdict is Verdict.BROKEN and (limits or accepted)
    ]
    parts = [
        f"{quantity(counts[Verdict.KEPT], 'promise')} kept",
        f"{counts[Verdict.CONDITIONAL]} conditional",
        f"{counts[Verdict.BROKEN]} broken",
    ]
    if details := [
        *([f"{accepted} accepted for {examination.profile}"] if accepted else []),
        *([f"{quantity(limits, 'limit')} of AWS"] if limits else []),
        *([f"{len(open_)} not accepted: {', '.join(open_)}"] if open_ else []),
    ]:
        parts[-1] += f" ({', '.join(details)})"
    others = (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
    parts += [f"{counts[verdict]} {verdict}" for verdict in others if counts[verdict]]
    if examination.left_out:
        parts.append(
            f"{examination.left_out:,} combinations of three or more choices not examined "
            "for some promises"
        )
    return ", ".join(parts)


def plain_lines(examination: Examination) -> list[str]:
    """Return tab-separated lines for verdicts, faults and recoveries.

    The promises that do not apply share one line.
    """
    if nothing_applies(examination):
        return [_NOTHING]
    verdicts = [
        f"{label(result)}\t{result.claim.title}\t{reason(result)}"
        for result in ordered(examination)
        if result.finding.verdict is not Verdict.NOT_APPLICABLE
    ]
    if without := not_applicable(examination):
        verdicts.insert(0, f"{Verdict.NOT_APPLICABLE}\t{without}")
    faults = [
        "\t".join([str(fault), *(f"{effect.tier}: {survivors(effect)}" for effect in effects)])
        for fault, effects in examination.effects
    ]
    if examination.effects_unknown:
        faults = [f"faults\tunknown\t{examination.effects_unknown}"]
    return [*verdicts, *faults, *_recovery_lines(examination)]


def _recovery_lines(examination: Examination) -> Iterator[str]:
    """Yield a line per disruption, each followed by a line per recovery step."""
    for recovery in examination.recoveries:
        yield "\t".join(
            (
                disruption(recovery),
                f"RTO {recovery_time(recovery)}",
                f"RPO {recovery.loss or 'unknown'}",
                f"capacity {recovery.capacity or 'unknown'}",
            )
        )
        for chain in recovery.chains:
            for step in chain.steps:
                yield f"\t{chain.what}\t{step.what}\t{step.span}\t{step.how}\t{step.source}"


def disruption(recovery: Recovery) -> str:
    """Return the name of a disruption, with the conditions of its row."""
    condition = f" ({recovery.condition})" if recovery.condition else ""
    return f"{recovery.kind}: {recovery.fault}{condition}"


def recovery_time(recovery: Recovery) -> str:
    """Return the recovery time, or why it is not known.

    If a step of some requests or writes has no stated time, each has its own time: together, those
    with a stated time would read like an estimate of all.
    """
    if recovery.span is None:
        return recovery.unknown
    times = {chain.what: str(chain.span) for chain in recovery.chains if chain.counts}
    if recovery.span.is_stated or len({*times.values()}) == 1:
        return str(recovery.span)
    return "; ".join(f"{what}: {time}" for what, time in times.items())


def nothing_applies(examination: Examination) -> bool:
    """Return whether only the claim valid-template applies to the template, and is kept."""
    return all(
        result.finding.verdict
        is (Verdict.KEPT if result.claim.id == _ALWAYS else Verdict.NOT_APPLICABLE)
        for result in examination.results
    )


def not_applicable(examination: Examination) -> str:
    """Return the IDs of the claims that do not apply, as one text."""
    return ", ".join(
        result.claim.id
        for result in examination.results
        if result.finding.verdict is Verdict.NOT_APPLICABLE
    )


def ordered(examination: Examination) -> list[Result]:
    """Return the results with broken promises last, where a terminal still shows them."""
    return sorted(
        examination.results,
        key=lambda result: (list(Verdict).index(result.finding.verdict), result.fails),
    )


def label(result: Result) -> str:
    """Return the verdict, and whether a broken promise is accepted or a limit of AWS."""
    if not result.promised:
        return f"{result.finding.verdict}, not promised"
    if result.accepted:
        return LIMIT_OF_AWS if result.limit else ACCEPTED
    return result.finding.verdict.value


def reason(result: Result) -> str:
    """Return the reason of a verdict, with the conditions that it depends on."""
    where = conditions(result)
    best = f"; best possible {result.limit.value}" if result.limit else ""
    return result.finding.why + best + (f" ({where})" if where else "")


def conditions(result: Result) -> str:
    """Return the conditions and the other region that a finding depends on, as text."""
    named = [name if true else f"no {name}" for name, true in result.combination.items()]
    return ", ".join([*named, f"in {result.elsewhere}"] if result.elsewhere else named)


def survivors(effect: Effect) -> str:
    """Return how many of a tier remain, and whether a new one can start."""
    stuck = ", none can start" if effect.blocked else ""
    return f"{effect.remains} of {effect.before}{stuck}"


def explanation(result: Result) -> list[str]:
    """Return the lines that explain a result: sources, conditions, calculation and evidence."""
    claim, finding = result.claim, result.finding
    lines = [
        f"{claim.id}: {claim.title}",
        f"verdict: {finding.verdict}, {finding.why}",
        f"sources: {'; '.join(claim.sources)}",
        f"conditions: {conditions(result) or 'any'}; {result.count} of {result.total} combinations",
    ]
    if result.accepted:
        lines.append(f"accepted: {result.accepted}")
    if result.limit:
        lines.append(
            f"limit of AWS: {result.limit}; {result.limit.distance(result.finding.amount)}"
        )
    if finding.parameter:
        lines.append(f"decided by: --parameter {finding.parameter}=VALUE")
    lines += ["how:", *(f"  {line.strip()}" for line in claim.how.splitlines() if line.strip())]
    return [*lines, "evidence:", *(f"  {line}" for line in finding.evidence or ("none",))]
