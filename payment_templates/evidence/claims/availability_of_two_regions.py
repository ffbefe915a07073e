"""Two regions with failover between them promise 99.99 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.availability import NO_FIGURE, NO_FORECAST, serial_sla
from payment_templates.evidence.claim import broken, claim, conditional

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_PROMISED = 0.9999


@claim(
    "Two regions are up for 99.99 % of the time", "Ideal response: 99.99% uptime", "Requirement 10"
)
def availability_of_two_regions(topology: Topology) -> Finding:
    """Multiply how far each of two regions falls short, if a record fails over between them."""
    one, arithmetic = serial_sla(topology.stack)
    both = 1 - (1 - one) ** 2
    lines = [
        f"one region: {arithmetic}",
        (
            f"1 - (1 - {one:.4%})^2 = {both:.6%}, if the regions fail apart, the failover takes no "
            "time and the other region has the data"
        ),
        NO_FORECAST,
        NO_FIGURE,
    ]
    if not any(record.failover for record in topology.records):
        if "AWS::Route53::RecordSet" not in topology.stack.template.text:
            return broken("no record leads to a second region", *lines)
        return conditional("only with a hosted zone and a domain name", *lines)
    if both < _PROMISED:
        return broken(f"the SLAs of both come to {both:.4%}", *lines)
    return conditional(f"{both:.4%} if the regions fail apart; SLAs are no forecast", *lines)
