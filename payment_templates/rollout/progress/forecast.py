"""How far an operation is, and how long it will take at least."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.facts.timings import CREATION_SECONDS
from payment_templates.rollout.progress.graph import dependencies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from payment_templates.rollout.progress.events import Event
    from payment_templates.rollout.template import Template


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What is done, and the longest chain of what is not."""

    done: int
    total: int
    # By the average of each resource on the chain; zero when nothing on it has a published one.
    seconds_left: float


@dataclass(kw_only=True)
class Course:
    """The resources of one operation; mutable, since events move it on."""

    types: Mapping[str, str]
    created: frozenset[str]
    waits_for: Mapping[str, frozenset[str]]
    _begun: dict[str, datetime] = field(default_factory=dict[str, "datetime"])
    _done: set[str] = field(default_factory=set[str])

    def take(self, events: Iterable[Event]) -> None:
        """Move on by what happened."""
        for event in events:
            if event.status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}:
                self._begun.setdefault(event.logical_id, event.at)
            elif event.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"}:
                self._done.add(event.logical_id)

    def forecast(self, now: datetime) -> Forecast:
        """Follow the longest chain of resources that are not there yet."""

        @cache
        def finish(name: str) -> float:
            if name in self._done:
                return 0.0
            before = max((finish(other) for other in self._ahead(name)), default=0.0)
            return before + self._rest(name, now)

        return Forecast(
            done=len(self._done & self.types.keys()),
            total=len(self.types),
            seconds_left=max((finish(name) for name in self.types), default=0.0),
        )

    def _ahead(self, name: str) -> frozenset[str]:
        return self.waits_for.get(name, frozenset()) & self.types.keys()

    def _rest(self, name: str, now: datetime) -> float:
        if name not in self.created:
            return 0.0
        whole = CREATION_SECONDS.get(self.types[name], 0)
        begun = self._begun.get(name)
        return max(whole - (now - begun).total_seconds(), 0.0) if begun else float(whole)


def plot(template: Template, types: Mapping[str, str], created: Iterable[str]) -> Course:
    """Lay out the operation that touches these resources and creates some of them."""
    return Course(
        types=types,
        created=frozenset(created),
        waits_for=dependencies(template.resources),
    )
