"""Finds load balancers and listeners that ELB refuses: botocore elbv2, CreateLoadBalancer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reachability.listener_protocols import protocol_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_LONGEST_PREFIX = 27
_FEWEST_ZONES = 2
# An Availability Zone; a Local Zone, which can be the only one, is named after a city.
_ZONE = re.compile(r"[a-z]+(-[a-z]+)+-\d[a-z]")


def load_balancer_refusals(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each reason why ELB refuses a load balancer or a listener."""
    for balancer in topology.stack.of_type(_BALANCER):
        # CreateLoadBalancer, Name.
        if name_of(balancer).startswith("internal-"):
            yield f"{balancer.logical_id} has a name that begins with internal-"
    for front in topology.load_balancers:
        yield from _small_subnets(topology, front)
        yield from _zone_refusals(topology, front)
        yield from protocol_problems(topology, front)
    yield from _listeners_without_certificate(topology)


def _small_subnets(topology: Topology, front: LoadBalancer) -> Iterator[str]:
    """Yield the subnets that are smaller than a load balancer takes.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
    """
    for name in front.subnets:
        block = topology.network.subnets[name].block if name in topology.network else ""
        length = block.partition("/")[2]
        if length.isdecimal() and int(length) > _LONGEST_PREFIX:
            needs = f"it needs at least a /{_LONGEST_PREFIX}"
            yield f"{front.logical_id} is in {name} ({block}): {needs}"


def _zone_refusals(topology: Topology, front: LoadBalancer) -> Iterator[str]:
    """Yield the zones with two subnets, and the lack of a second zone: Subnets."""
    name, network = front.logical_id, topology.network
    if not front.shows_subnets or not all(each in network for each in front.subnets):
        return
    zones = [network.subnets[each].zone for each in front.subnets]
    for zone in dict.fromkeys(zones):
        if zone and zones.count(zone) > 1:
            inside = [each for each in front.subnets if network.subnets[each].zone == zone]
            yield f"{name} has {' and '.join(inside)} in {zone}: it takes one subnet of a zone"
    if front.kind != "application" or len(zones) >= _FEWEST_ZONES:
        return
    outposts = (topology.stack.resources[each].properties for each in front.subnets)
    regional = all(not zone or _ZONE.fullmatch(zone) for zone in zones)
    if zones and regional and not any("OutpostArn" in subnet for subnet in outposts):
        yield f"{name} has one subnet: it needs at least {_FEWEST_ZONES}, each in its own zone"


def _listeners_without_certificate(topology: Topology) -> Iterator[str]:
    """Yield the HTTPS listeners without a certificate: CreateListener, Certificates."""
    for listener in topology.stack.of_type(_LISTENER):
        if listener.properties.text("Protocol") not in {"HTTPS", "TLS"}:
            continue
        certificates = listener.properties.children("Certificates")
        if not any(certificate.text("CertificateArn") for certificate in certificates):
            yield f"{listener.logical_id} has no certificate"
