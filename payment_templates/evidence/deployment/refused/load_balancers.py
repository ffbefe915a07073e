"""Finds load balancers and listeners that ELB refuses: botocore elbv2, CreateLoadBalancer."""

from __future__ import annotations

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


def load_balancer_refusals(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each reason why ELB refuses a load balancer or a listener."""
    for balancer in topology.stack.of_type(_BALANCER):
        # CreateLoadBalancer, Name.
        if name_of(balancer).startswith("internal-"):
            yield f"{balancer.logical_id} has a name that begins with internal-"
    for front in topology.load_balancers:
        yield from _small_subnets(topology, front)
        yield from protocol_problems(topology, front)
    yield from _listeners_without_certificate(topology)


def _small_subnets(topology: Topology, front: LoadBalancer) -> Iterator[str]:
    """Yield the subnets that are smaller than an Application Load Balancer takes.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
    """
    for name in front.subnets if front.kind == "application" else ():
        block = topology.network.subnets[name].block if name in topology.network else ""
        length = block.partition("/")[2]
        if length.isdecimal() and int(length) > _LONGEST_PREFIX:
            needs = f"it needs at least a /{_LONGEST_PREFIX}"
            yield f"{front.logical_id} is in {name} ({block}): {needs}"


def _listeners_without_certificate(topology: Topology) -> Iterator[str]:
    """Yield the HTTPS listeners without a certificate: CreateListener, Certificates."""
    for listener in topology.stack.of_type(_LISTENER):
        if listener.properties.text("Protocol") not in {"HTTPS", "TLS"}:
            continue
        certificates = listener.properties.children("Certificates")
        if not any(certificate.text("CertificateArn") for certificate in certificates):
            yield f"{listener.logical_id} has no certificate"
