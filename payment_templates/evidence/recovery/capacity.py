"""Calculates the capacity during and after a disruption, in percent of the target load."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

FULL_PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Capacity in percent of the load at the scaling target; None if it is undecided."""

    during: float | None
    after: float | None
    why: str

    def __str__(self) -> str:
        if self.during is None or self.after is None:
            return f"unknown: {self.why}"
        if not self.after:
            return f"{self.during:.1f} %"
        return f"{self.during:.1f} %, then {self.after:.1f} %"


def cpu_percent(service: Service, left: int) -> float:
    """Return the CPU percent of each remaining task when `left` tasks carry the full load."""
    return service.target_cpu_percent * service.desired / left


@dataclass(frozen=True, kw_only=True)
class ZoneLoss:
    """The tasks of a service before and after the failure of the zone with most of them."""

    tasks: int
    left: int
    # The CPU percent of each remaining task, until others start.
    cpu_percent: float


def worst_zone_loss(service: Service) -> ZoneLoss | None:
    """Return the worst failure of a zone, at any number of tasks that scaling chooses.

    None if no task remains. Scaling keeps the CPU target up to its highest number of tasks. A
    number that does not divide evenly leaves fewer tasks: 10 in three zones leave 6.
    """
    zones = len(service.tasks_by_zone)
    found: list[ZoneLoss] = []
    for tasks in range(service.desired, max(service.desired, service.most) + 1):
        left = tasks - ceil(tasks / zones) if zones else 0
        if left <= 0:
            return None
        percent = service.target_cpu_percent * tasks / left
        found.append(ZoneLoss(tasks=tasks, left=left, cpu_percent=percent))
    return max(found, key=lambda loss: loss.cpu_percent, default=None)


def capacity_percent(service: Service, left: int) -> float:
    """Return the percentage of the full load that `left` tasks carry at 100 % CPU."""
    return FULL_PERCENT * FULL_PERCENT / cpu_percent(service, left) if left > 0 else 0


def capacity_of(topology: Topology, lost: dict[str, int], *, blocked: bool) -> Capacity:
    """Return the lowest capacity of the services that lose tasks, or of all if none does.

    `lost` has the number of tasks lost by service. With `blocked`, they cannot be replaced.
    """
    affected = [
        service
        for service in topology.services
        if service.desired and (not lost or service.logical_id in lost)
    ]
    if not affected:
        return Capacity(during=None, after=None, why="the template has no service with tasks")
    for service in affected:
        if not service.target_cpu_percent:
            why = f"no scaling policy sets a CPU target for {service.logical_id}"
            return Capacity(during=None, after=None, why=why)
    left = {each.logical_id: each.desired - lost.get(each.logical_id, 0) for each in affected}
    during = min(capacity_percent(service, left[service.logical_id]) for service in affected)
    after = min(capacity_percent(service, service.desired) for service in affected)
    counts = (
        f"{left[service.logical_id]} of {service.desired} tasks at {FULL_PERCENT} % CPU for a load "
        f"of {service.desired} at {service.target_cpu_percent:g} %"
        for service in affected
    )
    return Capacity(during=during, after=during if blocked else after, why="; ".join(counts))
