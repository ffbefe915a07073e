"""Decides whether the type of a load balancer has listeners of a protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer

# botocore elbv2, CreateListener and CreateTargetGroup, Protocol. A listener of a Gateway Load
# Balancer states none.
_PROTOCOLS = {
    "application": ("HTTP", "HTTPS"),
    "network": ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"),
    "gateway": ("",),
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
