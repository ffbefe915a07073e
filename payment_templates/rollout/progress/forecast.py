"""Forecasts the progress of an operation and its minimum remaining time."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.cloudformation import dependencies
from payment_templates.facts.timings import CREATION_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.progress.events import Event


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The number of complete resources, and the minimum remaining time in seconds."""

    done: int
    total: int
    # From the published averages of the resources on the chain; zero if none has one.
    seconds_left: float


@dataclass(kw_only=True)
class OperationProgress:
    """The resources of one operation; mutable, updated with each event."""

    types: Mapping[str, str]
    created: frozenset[str]
    waits_for: Mapping[str, frozenset[str]]
    _started: dict[str, datetime] = field(default_factory=dict[str, "datetime"])
    _done: set[str] = field(default_factory=set[str])

    def update(self, events: Iterable[Event]) -> None:
        """Record new events."""
        for event in events:
            if event.status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}:
                self._started.setdefault(event.logical_id, event.at)
            elif event.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"}:
                self._done.add(event.logical_id)

    def forecast(self, now: datetime) -> Forecast:
        """Return the progress, with the duration of the longest chain of incomplete resources."""

        @cache
        def finish(name: str) -> float:
            if name in self._done:
                return 0.0
            before = max((finish(other) for other in self._dependencies(name)), default=0.0)
            return before + self._remaining_seconds(name, now)

        return Forecast(
            done=len(self._done & self.types.keys()),
            total=len(self.types),
            seconds_left=max((finish(name) for name in self.types), default=0.0),
        )

    def _dependencies(self, name: str) -> frozenset[str]:
        return self.waits_for.get(name, frozenset()) & self.types.keys()

    def _remaining_seconds(self, name: str, now: datetime) -> float:
        if name not in self.created:
            return 0.0
        whole = CREATION_SECONDS.get(self.types[name], 0)
        started = self._started.get(name)
        return max(whole - (now - started).total_seconds(), 0.0) if started else float(whole)


def track_progress(
    template: Template, types: Mapping[str, str], created: Iterable[str]
) -> OperationProgress:
    """Start tracking an operation that changes resources, `created` of which are new."""
    return OperationProgress(
        types=types,
        created=frozenset(created),
        waits_for=dependencies(template).direct,
    )
