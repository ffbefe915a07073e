"""Simulates recoveries and alerts: how often a promised time would hold, and what decides it.

Each step has a best, a typical and a worst time. Steps are independent of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from random import Random
from typing import TYPE_CHECKING

from payment_templates.evidence.text_output import disruption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.evidence import Incident
    from payment_templates.evidence.incidents.alerts import Alert
    from payment_templates.evidence.recovery.chain import Chain, Span, Step
    from payment_templates.evidence.recovery.recovery import Recovery

# A bounded time is distributed as a triangle: best, most often typical, worst. If AWS states no
# upper limit but "often" and "typically" (facts/timings.py), often is read as half of the cases and
# typically as nine of ten, and a lognormal distribution goes through both.
_QUANTILE_OF_TYPICAL = 1.2816  # Of the standard normal distribution, for 90 %.
_BINS = 24


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A time that a claim promises for one kind of disruption."""

    claim: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the runs of one sequence of steps found."""

    title: str
    until: str
    promise: Promise | None
    # The share of runs within the promised time; None without a promise, or if it is undecided.
    held: float | None
    median: float
    p95: float
    longest: float
    # The number of runs in equal parts of the time from 0 to the longest.
    histogram: tuple[int, ...]
    # The step whose time varies most, and its share of the variance.
    decides: str
    share: float
    # The steps for which AWS states no time: the others alone are simulated.
    open_steps: tuple[str, ...]


def simulate(
    recoveries: Sequence[Recovery], incidents: Sequence[Incident], *, seed: int, runs: int
) -> tuple[Outcome, ...]:
    """Run every recovery and every alarm; the same seed gives the same result."""
    found = [*_of_recoveries(recoveries, seed, runs), *_of_alarms(incidents, seed, runs)]
    return tuple(found)


def _of_recoveries(recoveries: Sequence[Recovery], seed: int, runs: int) -> Iterator[Outcome]:
    for recovery in recoveries:
        # Without a health check, some steps are not known: the others would look too short.
        chains = () if recovery.unknown else recovery.chains
        for chain in filter(lambda it: it.steps, chains):
            yield _outcome(
                disruption(recovery),
                chain.what,
                chain.steps,
                promise=_promise_of(recovery, chain),
                random=Random(f"{seed}/{disruption(recovery)}/{chain.what}"),  # noqa: S311
                runs=runs,
            )


def _promise_of(recovery: Recovery, chain: Chain) -> Promise | None:
    """Return what the specification promises: writes within a minute, another region within two."""
    if chain.what == "writes" and recovery.kind != "Region":
        return Promise(claim="writer-back-within-a-minute", seconds=60)
    if recovery.kind == "Region" and chain.what.startswith("requests"):
        return Promise(claim="region-back-within-two-minutes", seconds=120)
    return None


def _of_alarms(incidents: Sequence[Incident], seed: int, runs: int) -> Iterator[Outcome]:
    """Yield each alarm once, with its times after the fault that it reports first."""
    alarms: dict[str, Alert] = {}
    for incident in incidents:
        for alert in incident.alerts:
            if alert.kind == "alarm" and alert.worst_seconds is not None:
                alarms.setdefault(alert.resource, alert)
    for name, alert in alarms.items():
        random = Random(f"{seed}/{name}")  # noqa: S311
        worst = alert.worst_seconds or 0
        times = [random.uniform(alert.best_seconds, worst) for _ in range(runs)]
        yield _summary(
            name,
            "alert",
            {"the alarm's period, the delivery of its metric and its evaluation": times},
            promise=Promise(claim="alarms-within-sixty-seconds", seconds=60),
            open_steps=(),
        )


def _outcome(
    title: str,
    until: str,
    steps: Sequence[Step],
    *,
    promise: Promise | None,
    random: Random,
    runs: int,
) -> Outcome:
    samples = {step.what: _samples(step.span, random, runs) for step in steps}
    open_steps = tuple(step.what for step in steps if not step.span.typical.bounded)
    return _summary(title, until, samples, promise=promise, open_steps=open_steps)


def _summary(
    title: str,
    until: str,
    samples: dict[str, list[float]],
    *,
    promise: Promise | None,
    open_steps: tuple[str, ...],
) -> Outcome:
    times = sorted(map(sum, zip(*samples.values(), strict=True)))
    longest = times[-1]
    variances = {what: _variance(of_step) for what, of_step in samples.items()}
    total = sum(variances.values())
    decides = max(variances, key=lambda what: variances[what]) if total else ""
    held = sum(time <= promise.seconds for time in times) / len(times) if promise else None
    return Outcome(
        title=title,
        until=until,
        promise=promise,
        # With a step without a time, the runs show only what the others allow at best.
        held=held if not open_steps or held == 0 else None,
        median=times[len(times) // 2],
        p95=times[int(len(times) * 0.95)],
        longest=longest,
        histogram=_histogram(times, longest),
        decides=decides,
        share=variances[decides] / total if decides else 0,
        open_steps=open_steps,
    )


def _histogram(times: Sequence[float], longest: float) -> tuple[int, ...]:
    counts = [0] * _BINS
    for time in times:
        counts[min(int(time / longest * _BINS) if longest else 0, _BINS - 1)] += 1
    return tuple(counts)


def _variance(times: Sequence[float]) -> float:
    # That of the statistics module is exact, and takes ten times as long.
    mean = sum(times) / len(times)
    return sum((time - mean) ** 2 for time in times) / len(times)


def _samples(span: Span, random: Random, runs: int) -> list[float]:
    best, typical, worst = (it.seconds for it in (span.best, span.typical, span.worst))
    if not span.typical.bounded:
        return [best] * runs
    if span.worst.bounded:
        return [random.triangular(best, worst, typical) for _ in range(runs)]
    if not 0 < best < typical:
        return [typical] * runs
    mean, deviation = log(best), log(typical / best) / _QUANTILE_OF_TYPICAL
    return [random.lognormvariate(mean, deviation) for _ in range(runs)]
