"""Checks that load balancers stop requests that could be read in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_MODE = "routing.http.desync_mitigation_mode"
_DEFAULT, _MONITOR = "defensive", "monitor"


@claim("Load balancers stop ambiguous requests", "AWS Security Hub: ELB.12")
def ambiguous_requests_are_stopped(topology: Topology) -> Finding:
    """Check that no Application Load Balancer only monitors requests that may be smuggled.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
    """
    lines: list[str] = []
    for balancer in topology.stack.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        if balancer.properties.text("Type") not in {"", "application"}:
            continue
        attributes = balancer.properties.attributes("LoadBalancerAttributes")
        mode = attributes.text(_MODE) or _DEFAULT
        lines.append(f"{balancer.logical_id}: {mode}")
        if mode == _MONITOR:
            return broken(f"{balancer.logical_id} lets ambiguous requests pass: {_MODE}", *lines)
    if not lines:
        return absent("there is no Application Load Balancer")
    return kept(f"{quantity(len(lines), 'load balancer')} in defensive or strictest mode", *lines)
