"""Defines a disruption with its recovery time, data loss and capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.recovery.chain import longest

if TYPE_CHECKING:
    from payment_templates.evidence.recovery.capacity import Capacity
    from payment_templates.evidence.recovery.chain import Chain, Span
    from payment_templates.evidence.recovery.data_loss import Loss

APPLICATION, INFRASTRUCTURE = "application", "infrastructure"
ZONE, REGION = "Availability Zone", "Region"


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """A disruption, and how the stack recovers from it."""

    kind: str
    fault: str
    chains: tuple[Chain, ...] = ()
    loss: Loss | None = None
    capacity: Capacity | None = None
    # The conditions under which it holds, in addition to default parameters.
    condition: str = ""
    # Why the time is not known, or why nothing recovers; otherwise empty.
    unknown: str = ""

    @property
    def span(self) -> Span | None:
        """The best, typical and worst time until requests succeed; None if unknown."""
        return None if self.unknown else longest(self.chains)
