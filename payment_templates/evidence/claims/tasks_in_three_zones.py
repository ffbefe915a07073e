"""Checks that the service can place tasks in three zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.regions import zones_of
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_ZONES = 3


@claim("Tasks run in three zones", "Constraint 2", "Requirement 2")
def tasks_in_three_zones(topology: Topology) -> Finding:
    """Check that each service has subnets in three zones that its load balancer also covers.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    for service in topology.services:
        if len(service.subnets) >= _ZONES:
            topology.require_zones()
        zones = [zone for zone, tasks in topology.serving_tasks_of(service).items() if tasks]
        lines.append(f"{service.logical_id}: {', '.join(service.subnets)} in {', '.join(zones)}")
        for zone in set(zones) - {"", *zones_of(topology.stack.region)}:
            return broken(f"{zone} is not a zone of {topology.stack.region}", *lines)
        if len(zones) < _ZONES:
            return broken(
                f"{service.logical_id} serves from {quantity(len(zones), 'zone')}, not {_ZONES}",
                *lines,
            )
    return kept(f"at least {_ZONES} zones", *lines)
