"""Reads zonal autoshift: which load balancers AWS shifts away from an impaired zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.topology import Topology

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_AUTOSHIFT = "AWS::ARCZonalShift::ZonalAutoshiftConfiguration"
_SWITCH = "zonal_shift.config.enabled"


def autoshifts_of(topology: Topology) -> tuple[StackResource, ...]:
    """Return the configurations of zonal autoshift that are enabled."""
    return tuple(
        found
        for found in topology.stack.of_type(_AUTOSHIFT)
        if found.properties.text("ZonalAutoshiftStatus") == "ENABLED"
    )


def shifted_balancer(topology: Topology, autoshift: StackResource) -> StackResource | None:
    """Return the load balancer of an autoshift; None if it is not in the stack."""
    return topology.stack.find(autoshift.properties.get("ResourceIdentifier"), _BALANCER)


def takes_part(balancer: StackResource) -> bool:
    """Return whether a load balancer lets ARC shift its traffic.

    https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.resource-types.app-load-balancers.html
    """
    attributes = balancer.properties.pairs("LoadBalancerAttributes", key="Key")
    return attributes.get(_SWITCH) == "true"


def is_shifted(topology: Topology, balancer: str) -> bool:
    """Return whether AWS shifts a load balancer away from a zone that it finds impaired."""
    found = (shifted_balancer(topology, autoshift) for autoshift in autoshifts_of(topology))
    return any(each and each.logical_id == balancer and takes_part(each) for each in found)
