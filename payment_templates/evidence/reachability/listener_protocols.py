"""Decides whether the type of a load balancer has listeners of a protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.listeners import Listener
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer

# botocore elbv2, CreateListener and CreateTargetGroup, Protocol. A listener of a Gateway Load
# Balancer states none.
_PROTOCOLS = {
    "application": ("HTTP", "HTTPS"),
    "network": ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"),
    "gateway": ("",),
}


# The protocols of the target groups of a listener of a Network Load Balancer:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-target-group.html
_FORWARDED = {
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}


def protocol_problems(topology: Topology, front: LoadBalancer) -> Iterator[str]:
    """Yield the listeners and target groups whose protocol the load balancer does not have."""
    accepted = _PROTOCOLS.get(front.kind)
    for listener in topology.listeners:
        if listener.balancer != front.logical_id or accepted is None:
            continue
        found = {listener.logical_id: listener.protocol}
        if any(accepted):
            # A group of functions states no protocol.
            groups = (
                it for it in topology.target_groups if it.logical_id in listener.target_groups
            )
            found |= {group.logical_id: group.protocol for group in groups if group.protocol}
        for name, protocol in found.items():
            if protocol not in accepted:
                takes = ", ".join(accepted) if any(accepted) else "no protocol"
                which = f"{name} has the protocol {protocol}"
                yield f"{which}, but {front.logical_id} is of type {front.kind}: it takes {takes}"
        yield from _forwarding_problems(topology, listener)


def _forwarding_problems(topology: Topology, listener: Listener) -> Iterator[str]:
    """Yield the target groups whose protocol the listener does not forward."""
    if listener.protocol not in _FORWARDED:
        return
    accepted = _FORWARDED[listener.protocol]
    for group in topology.target_groups:
        if group.logical_id in listener.target_groups and group.protocol not in accepted:
            which = f"{listener.logical_id} forwards {listener.protocol}"
            yield f"{which} to {group.logical_id}, whose protocol is {group.protocol}"
