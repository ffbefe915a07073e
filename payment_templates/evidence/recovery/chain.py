"""Adds up the times of the steps of a recovery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True)
class Time:
    """A time in seconds; if AWS states no upper limit, it is not bounded: at least this long."""

    seconds: float
    bounded: bool = True

    def __str__(self) -> str:
        if self.bounded:
            return f"{self.seconds:g} s"
        return f"{self.seconds:g} s or more" if self.seconds else NO_TIME

    def __add__(self, other: Time) -> Time:
        return Time(seconds=self.seconds + other.seconds, bounded=self.bounded and other.bounded)


NO_TIME = "no stated time"
NOTHING = Time(seconds=0)
OPEN = Time(seconds=0, bounded=False)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The best, the typical and the worst time."""

    best: Time
    typical: Time
    worst: Time

    @property
    def is_stated(self) -> bool:
        """Whether every step has a time, at least at best: no operator has to act, for example."""
        return self.best.bounded

    @property
    def texts(self) -> tuple[str, str, str]:
        """The three times as text: without a stated time at best, none reads like an estimate."""
        times = (self.best, self.typical, self.worst)
        best, typical, worst = map(str, times if self.is_stated else map(_at_least, times))
        return best, typical, worst

    def __str__(self) -> str:
        if self.best == self.typical == self.worst or not self.is_stated:
            return self.texts[0]
        return f"best {self.best}, typical {self.typical}, worst {self.worst}"


def _at_least(time: Time) -> str:
    return f"{NO_TIME}, at least {time.seconds:g} s" if time.seconds else NO_TIME


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a recovery, with the calculation and the source of its times."""

    what: str
    span: Span
    how: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The sequence of steps until something works again."""

    # What works again: requests, entrance, writes, full capacity.
    what: str
    steps: tuple[Step, ...]
    # Whether requests fail until it is complete; otherwise only the capacity is reduced.
    counts: bool = True

    @property
    def span(self) -> Span:
        """The sum of the steps."""
        return Span(
            best=sum((step.span.best for step in self.steps), NOTHING),
            typical=sum((step.span.typical for step in self.steps), NOTHING),
            worst=sum((step.span.worst for step in self.steps), NOTHING),
        )


def step(what: str, best: Time, typical: Time, worst: Time, *, how: str, source: str) -> Step:
    """Return a step with its best, typical and worst time."""
    return Step(
        what=what, span=Span(best=best, typical=typical, worst=worst), how=how, source=source
    )


def seconds(value: float) -> Time:
    """Return a bounded time."""
    return Time(seconds=value)


def longest(chains: Iterable[Chain]) -> Span:
    """Return how long the chains take in parallel."""
    spans = [chain.span for chain in chains if chain.counts]
    return Span(
        best=_latest([span.best for span in spans]),
        typical=_latest([span.typical for span in spans]),
        worst=_latest([span.worst for span in spans]),
    )


def _latest(times: list[Time]) -> Time:
    return Time(
        seconds=max((time.seconds for time in times), default=0),
        bounded=all(time.bounded for time in times),
    )
