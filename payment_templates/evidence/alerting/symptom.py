"""A way in which a fault shows, and the events that tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.event_patterns import Event


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """One event, and what has to pass before it is sent."""

    what: str
    event: Event
    best_seconds: float = 0
    # What it waits for, empty when it is sent at once.
    after: str = ""
    # Why it may never be sent; empty when it will be.
    blocked: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way in which a fault shows; any one of its symptoms reports it."""

    name: str
    symptoms: tuple[Symptom, ...]
