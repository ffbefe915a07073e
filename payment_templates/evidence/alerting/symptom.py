"""Defines the symptoms of a fault: the events that AWS sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.event_patterns import Event


# Compared by identity: stacks share equal symptoms.
@dataclass(frozen=True, kw_only=True, eq=False)
class Symptom:
    """An event that a fault causes, and what delays it."""

    what: str
    event: Event
    best_seconds: float = 0
    # What delays it; empty if it is sent immediately.
    after: str = ""
    # Why it may never be sent, or "".
    blocked: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One form of a fault, with its symptoms; any of them reports it."""

    name: str
    symptoms: tuple[Symptom, ...]
