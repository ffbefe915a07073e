"""Checks that a NAT gateway failure sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.detection import event_paths
from payment_templates.evidence.alerting.symptoms import cases_of
from payment_templates.evidence.claim import broken, claim, conditional, not_applicable

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A NAT gateway failure sends an alert", "Issue: detection of single faults")
def nat_loss_detected(topology: Topology) -> Finding:
    """Check that each NAT gateway failure leads to an alert, at least once a task cannot start."""
    if not topology.network.nat_gateways:
        return not_applicable("there is no NAT gateway")
    lines: list[str] = []
    for case in cases_of(topology, "NAT gateway"):
        paths = event_paths(topology, case)
        if not paths:
            return broken(f"no alert for {case.name}, not even when a task cannot start")
        lines += [f"{case.name}: {path.arithmetic}" for path in paths]
    return conditional("only when a task must start: nothing monitors the gateway itself", *lines)
