"""Checks whether the combined SLA of the services in one region is at least 99.99 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.faults.availability import (
    factors_of,
    in_a_row,
)
from payment_templates.facts.service_levels import NO_FIGURE, NO_FORECAST, NOT_ON_PATH

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_PROMISED = 0.9999
_MINUTES = 30 * 24 * 60


@claim("One region is available 99.99 % of the time", "Ideal response: 99.99% uptime")
def availability_of_one_region(topology: Topology) -> Finding:
    """Check that the product of AWS's SLAs along the request path is at least 99.99 %.

    Each SLA is the one for the number of zones in use.
    """
    if not topology.load_balancers:
        return absent("there is no load balancer")
    topology.require_zones()
    factors = factors_of(topology)
    product, arithmetic = in_a_row(factors)
    minutes = (1 - product) * _MINUTES
    lines = [
        f"{arithmetic}: {minutes:.1f} minutes in 30 days",
        *map(str, factors),
        *(NOT_ON_PATH, NO_FORECAST, NO_FIGURE),
    ]
    if missing := [factor.service for factor in factors if factor.uptime is None]:
        return broken(f"{missing[0]} has no SLA for tasks in one zone", *lines)
    # Rounded, because a product of floats is slightly inexact.
    if round(product, 9) < _PROMISED:
        return broken(f"the combined SLA is {product:.3%}", *lines, amount=minutes)
    return conditional(
        f"the combined SLA is {product:.3%}, which is a threshold for credits, not a forecast",
        *lines,
    )
