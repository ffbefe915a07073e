"""What can break, and what each fault takes from each tier, leaves in it and forbids to replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.service import Service

LOAD_BALANCER, TASKS, DATABASE, WAY_OUT = "load balancer", "tasks", "database", "way out"
TIERS = (LOAD_BALANCER, TASKS, DATABASE, WAY_OUT)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is lost: a zone, a task, the writer, a NAT gateway or the region."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a fault does to one tier."""

    tier: str
    before: int
    lost: int
    # Why what is lost, or lost later, cannot be replaced; empty when it can.
    blocked: str = ""

    @property
    def remains(self) -> int:
        """How many are left."""
        return self.before - self.lost


def faults_of(topology: Topology) -> tuple[Fault, ...]:
    """List the single faults that the stack is examined for."""
    tasks = [Fault(kind="task", name="") for service in topology.services[:1] if service.desired]
    writers = [
        Fault(kind="writer", name=database.writer.logical_id)
        for database in topology.databases
        if database.writer
    ]
    gateways = [
        Fault(kind="NAT gateway", name=gateway.logical_id)
        for gateway in topology.network.nat_gateways
    ]
    zones = [Fault(kind="zone", name=zone) for zone in topology.zones]
    return (*zones, *tasks, *writers, *gateways, Fault(kind="region", name=topology.stack.region))


def effects_of(topology: Topology, fault: Fault) -> tuple[Effect, ...]:
    """Tell what a fault does to every tier, in the order of TIERS."""

    def lost(tier: str, place: str, name: str) -> bool:
        if fault.kind == "zone":
            return fault.name == place
        alone = (fault.kind, tier) in {("writer", DATABASE), ("NAT gateway", WAY_OUT)}
        return fault.kind == "region" or (alone and fault.name == name)

    return (
        _count(
            LOAD_BALANCER, [(zone, "") for lb in topology.load_balancers for zone in lb.zones], lost
        ),
        _tasks(topology, fault, lost),
        _count(
            DATABASE,
            [(m.zone, m.logical_id) for d in topology.databases for m in d.instances],
            lost,
        ),
        _count(WAY_OUT, [(g.zone, g.logical_id) for g in topology.network.nat_gateways], lost),
    )


def why_no_task_starts(topology: Topology, service: Service, fault: Fault) -> str:
    """Say why no subnet that is left can start a task, empty when one can.

    A private Fargate task starts only if its image, secrets and logs can be reached:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """
    if fault.kind == "region":
        return "the region is lost"
    reasons = [_why_not_in(topology, service, name, fault) for name in service.subnets]
    if not reasons:
        return "the service names no subnet"
    return "" if "" in reasons else reasons[-1]


def _count(
    tier: str, members: list[tuple[str, str]], lost: Callable[[str, str, str], bool]
) -> Effect:
    gone = sum(lost(tier, place, name) for place, name in members)
    return Effect(tier=tier, before=len(members), lost=gone)


def _tasks(topology: Topology, fault: Fault, lost: Callable[[str, str, str], bool]) -> Effect:
    placed = [
        (zone, tasks)
        for service in topology.services
        for zone, tasks in service.tasks_by_zone.items()
    ]
    gone = sum(tasks for zone, tasks in placed if lost(TASKS, zone, ""))
    reasons = (why_no_task_starts(topology, service, fault) for service in topology.services)
    return Effect(
        tier=TASKS,
        before=sum(tasks for _, tasks in placed),
        lost=gone + (fault.kind == "task"),
        blocked=next(filter(None, reasons), ""),
    )


def _why_not_in(topology: Topology, service: Service, name: str, fault: Fault) -> str:
    subnet = topology.network.subnets.get(name)
    if subnet is None:
        return f"{name} is no subnet of the stack"
    if (fault.kind, fault.name) == ("zone", subnet.zone):
        return f"{name} stands in the lost {fault.name}"
    missing = [need for need in service.needs if need not in subnet.endpoints]
    if not missing or (service.public and subnet.internet_gateway):
        return ""
    gateways = {gateway.logical_id: gateway for gateway in topology.network.nat_gateways}
    gateway = gateways.get(subnet.nat_gateway)
    if gateway is None:
        return f"{name} has no way out to: {', '.join(missing)}"
    if fault.name in {gateway.zone, gateway.logical_id}:
        return (
            f"{name} goes out by {gateway.logical_id} in {gateway.zone}, which is lost; "
            f"without it a task cannot reach: {', '.join(missing)}"
        )
    return ""
