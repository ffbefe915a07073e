"""Defines the symptoms of a fault: the events that AWS sends, and what reports them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.event_patterns import Event

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """An event that a fault causes, and what delays it."""

    what: str
    best_seconds: float = 0
    # What delays it; empty if it is sent immediately.
    after: str = ""
    # Why it may never be sent, or "".
    blocked: str = ""
    # Whether it is sent only once a new task is healthy.
    waits_for_task: bool = False


# A symptom with its event, which is needed only until it is known what reports it.
Sent: TypeAlias = tuple[Symptom, Event]


# Compared by identity: stacks share equal reports.
@dataclass(frozen=True, kw_only=True, eq=False)
class Reports:
    """Symptoms, and what reports them."""

    symptoms: tuple[Symptom, ...]
    # The first symptom that each event rule and subscription of the stack reports, or None; an
    # error if the template does not decide that.
    first: tuple[Symptom | UnexpectedValueError | None, ...]


# Compared by identity: stacks share equal cases.
@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One form of a fault, with its symptoms; any of them reports it."""

    name: str
    reports: tuple[Reports, ...]

    @property
    def symptoms(self) -> Iterator[Symptom]:
        """All symptoms."""
        return (symptom for reports in self.reports for symptom in reports.symptoms)

    def first(self, number: int) -> Symptom | None:
        """Return the first symptom that an event rule or subscription of the stack reports.

        `number` is its place in the topology. Raises UnexpectedValueError if that is undecided.
        """
        found: Symptom | None = None
        for reports in self.reports:
            symptom = reports.first[number]
            if isinstance(symptom, UnexpectedValueError):
                raise symptom.with_traceback(None)
            found = found or symptom
        return found
