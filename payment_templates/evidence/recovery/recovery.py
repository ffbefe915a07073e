"""What is known of one disruption: its recovery time, its loss of data, the load meanwhile."""

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
    """A disruption of one kind, and how the stack comes back from it."""

    kind: str
    fault: str
    chains: tuple[Chain, ...] = ()
    loss: Loss | None = None
    capacity: Capacity | None = None
    # The conditions of the template under which it holds, beside the parameters' defaults.
    condition: str = ""
    # Why the time is not known, or ""; it may be that nothing recovers.
    unknown: str = ""

    @property
    def span(self) -> Span | None:
        """The best, typical and worst time until requests are answered; None when unknown."""
        return None if self.unknown else longest(self.chains)
