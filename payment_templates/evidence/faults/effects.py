"""Decides which members of each tier a fault removes, and whether they can be replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.faults.storage_quorum import why_storage_fails
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.subnets import Start, start_in, why_nowhere

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database

# The zone of an instance for which RDS chooses one.
_ANY_ZONE = "?"
LOAD_BALANCER, TASKS, DATABASE, EGRESS = "load balancer", "tasks", "database", "egress"
TIERS = (LOAD_BALANCER, TASKS, DATABASE, EGRESS)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that fails: a zone, a task, the writer, a NAT gateway or the region."""

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
    # Why missing tasks cannot be replaced in any zone; empty if they can.
    blocked: str = ""
    # Why they cannot be replaced in some of the remaining zones.
    hindered: tuple[str, ...] = ()
    # Assumptions about the replacement that the template does not confirm.
    assumed: tuple[str, ...] = ()

    @property
    def remains(self) -> int:
        """The number that remains."""
        return self.before - self.lost


def faults_of(topology: Topology) -> tuple[Fault, ...]:
    """Return the single faults that the stack is examined for."""
    tasks = [Fault(kind="task", name="") for service in topology.services[:1] if service.desired]
    writers = [
        Fault(kind="writer", name=database.writer.logical_id)
        for database in topology.databases
        if database.writer
    ]
    gateways = [
        Fault(kind="NAT gateway", name=gateway.logical_id)
        for gateway in topology.network.nat_gateways
        if not gateway.regional
    ]
    zones = [Fault(kind="zone", name=zone) for zone in topology.zones]
    return (*zones, *tasks, *writers, *gateways, Fault(kind="region", name=topology.stack.region))


def effects_of(topology: Topology, *faults: Fault) -> tuple[Effect, ...]:
    """Return what a fault, or several at once, do to every tier, in the order of TIERS."""
    return reused(topology.stack, lambda: _effects(topology, faults), *faults)


def _effects(topology: Topology, faults: tuple[Fault, ...]) -> tuple[Effect, ...]:
    front = [(zone, "") for lb in topology.load_balancers for zone in lb.zones]
    gateways = [(each.zone, each.logical_id) for each in topology.network.nat_gateways]
    return (
        _count(LOAD_BALANCER, front, faults),
        _tasks(topology, faults),
        _databases(topology, faults),
        _count(EGRESS, gateways, faults, by_name="NAT gateway"),
    )


def _databases(topology: Topology, faults: tuple[Fault, ...]) -> Effect:
    """Count the instances that are lost, and those whose storage is."""
    before = lost = 0
    for database in topology.databases:
        effect = _count(DATABASE, [*_members(database)], faults, by_name="writer")
        before += effect.before
        lost += effect.before if why_storage_fails(database, faults) else effect.lost
    return Effect(tier=DATABASE, before=before, lost=lost)


def _members(database: Database) -> tuple[tuple[str, str], ...]:
    """Return zone and name of each instance of a database, and of its standby.

    RDS chooses the zone of a single instance if none is set: a failure of any zone may affect it. A
    standby is in another zone.
    """
    instances = database.instances
    single = len(instances) == 1
    found = tuple((it.zone or (_ANY_ZONE if single else ""), it.logical_id) for it in instances)
    return (*found, ("", f"standby of {database.logical_id}")) if database.standby else found


def why_no_task_starts(topology: Topology, service: Service, *faults: Fault) -> str:
    """Return why no remaining subnet can start a task after the faults; empty if one can."""
    return why_nowhere(_left(topology, service, faults))


def _count(
    tier: str, members: list[tuple[str, str]], faults: tuple[Fault, ...], *, by_name: str = ""
) -> Effect:
    """Count the members, each a zone and a name, that any of the faults removes.

    `by_name` is the kind of fault that removes the member with its name.
    """

    def is_lost(zone: str, name: str, fault: Fault) -> bool:
        if fault.kind == "zone":
            return zone in {fault.name, _ANY_ZONE}
        return fault.kind == "region" or (fault.kind == by_name and name == fault.name)

    gone = sum(any(is_lost(*member, fault) for fault in faults) for member in members)
    return Effect(tier=tier, before=len(members), lost=gone)


def _tasks(topology: Topology, faults: tuple[Fault, ...]) -> Effect:
    placed = [
        (zone, tasks)
        for service in topology.services
        for zone, tasks in topology.serving_tasks_of(service).items()
    ]
    kinds = [fault.kind for fault in faults]
    lost = {fault.name for fault in faults if fault.kind == "zone"}
    if lost:
        lost.add(_ANY_ZONE)
    gone = sum(tasks for zone, tasks in placed if "region" in kinds or zone in lost)
    total = sum(tasks for _, tasks in placed)
    differing: dict[object, Service] = {}
    for service in topology.services:
        differing.setdefault(service.start, service)
    left = [_left(topology, service, faults) for service in differing.values()]
    every = [start for starts in left for start in starts]
    return Effect(
        tier=TASKS,
        before=total,
        lost=min(gone + kinds.count("task"), max(total, 1)),
        blocked=next((why for starts in left if (why := why_nowhere(starts))), ""),
        hindered=tuple(dict.fromkeys(start.problem for start in every if start.problem)),
        assumed=tuple(dict.fromkeys(what for start in every for what in start.assumed)),
    )


def _left(topology: Topology, service: Service, faults: tuple[Fault, ...]) -> tuple[Start, ...]:
    """Return how a task starts in each subnet that remains after the faults."""
    return reused(topology.stack, lambda: _starts(topology, service, faults), faults, service.start)


def _starts(topology: Topology, service: Service, faults: tuple[Fault, ...]) -> tuple[Start, ...]:
    if any(fault.kind == "region" for fault in faults):
        return (Start(problem="the region failed"),)
    subnets = topology.network.subnets
    lost = tuple(fault.name for fault in faults if fault.kind in {"zone", "NAT gateway"})
    left = tuple(
        start_in(topology, service, name, *lost)
        for name in service.subnets
        if not lost or name not in subnets or subnets[name].zone not in lost
    )
    failed = " and ".join(lost)
    why = f"every subnet is in the failed {failed}" if service.subnets else "it names no subnet"
    return left or (Start(problem=why),)
