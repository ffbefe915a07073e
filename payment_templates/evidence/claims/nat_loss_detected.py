"""A lost NAT gateway is told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.detection import event_paths
from payment_templates.evidence.signs import cases_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A lost NAT gateway is told to a person", "Issue: detection of single faults")
def nat_loss_detected(topology: Topology) -> Finding:
    """List every path from a lost NAT gateway to a person: a task that cannot start is one."""
    if not topology.network.nat_gateways:
        return kept("there is none to lose")
    lines: list[str] = []
    for case in cases_of(topology, "NAT gateway"):
        paths = event_paths(topology, case.signs)
        if not paths:
            return broken(f"nobody is told of {case.name}, not even when a task cannot start")
        lines += [f"{case.name}: {path.arithmetic}" for path in paths]
    return conditional("only once a task has to start: nothing watches the gateway itself", *lines)
