"""Finds what decides a recovery time, and the steps for which AWS promises no time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.text_output import disruption
from payment_templates.facts.timings import ASSUMED_METRIC_DELIVERY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.evidence import Incident
    from payment_templates.evidence.recovery.chain import Chain, Span
    from payment_templates.evidence.recovery.recovery import Recovery

NO_TIME = "no time"


@dataclass(frozen=True, kw_only=True)
class Weakness:
    """A step whose time AWS does not limit, and what depends on it."""

    step: str
    # What AWS states instead of a limit.
    stated: str
    # The disruptions whose RTO it leaves open, or the alarms.
    affects: tuple[str, ...]
    # Empty if AWS says nothing about it anywhere.
    source: str


def weaknesses_of(
    recoveries: Sequence[Recovery], incidents: Sequence[Incident]
) -> tuple[Weakness, ...]:
    """Return the steps without a limit, the weakest first: no time at all, then most affected."""
    affected: dict[tuple[str, str, str], dict[str, None]] = {}
    for recovery in recoveries:
        for chain in _counted(recovery):
            for step in chain.steps:
                if not step.span.worst.bounded:
                    key = (step.what, _stated(step.span), step.source)
                    affected.setdefault(key, {})[disruption(recovery)] = None
    alarms = dict.fromkeys(
        alert.resource for it in incidents for alert in it.alerts if alert.kind == "alarm"
    )
    if alarms:
        stated = f"no time; {ASSUMED_METRIC_DELIVERY_SECONDS} s are assumed"
        affected["the metric of an alarm reaches CloudWatch", stated, ""] = alarms
    found = [
        Weakness(step=step, stated=stated, affects=tuple(names), source=source)
        for (step, stated, source), names in affected.items()
    ]
    return tuple(sorted(found, key=lambda it: (it.stated != NO_TIME, -len(it.affects))))


def what_decides(recovery: Recovery) -> str:
    """Return the steps that decide the recovery time: those without a stated time come first.

    Otherwise it is the one that takes most of the typical time.
    """
    chains = _counted(recovery)
    if recovery.unknown or not chains:
        return ""
    if unstated := [*_unstated(chains)]:
        return f"{' and '.join(unstated)}: AWS states no time"
    return "; ".join((*_longest(chains), *_open(chains)))


def _unstated(chains: Sequence[Chain]) -> Iterator[str]:
    """Yield the steps without a time in the chains that have none even at best."""
    steps = [step for chain in chains if not chain.span.is_stated for step in chain.steps]
    yield from dict.fromkeys(step.what for step in steps if not step.span.typical.bounded)


def _longest(chains: Sequence[Chain]) -> Iterator[str]:
    chain = max(chains, key=lambda it: it.span.typical.seconds)
    step = max(chain.steps, key=lambda it: it.span.typical.seconds)
    total, own = chain.span.typical.seconds, step.span.typical.seconds
    if own:
        yield f"{step.what}, typically {own:g} of the {total:g} s until {chain.what} succeed"


def _open(chains: Sequence[Chain]) -> Iterator[str]:
    steps = [step for chain in chains for step in chain.steps if not step.span.typical.bounded]
    if names := dict.fromkeys(step.what for step in steps):
        yield f"longer, without a stated limit, if this takes time: {', '.join(names)}"


def _counted(recovery: Recovery) -> list[Chain]:
    return [chain for chain in recovery.chains if chain.counts and chain.steps]


def _stated(span: Span) -> str:
    return f"typically {span.typical}, no limit" if span.typical.bounded else NO_TIME
