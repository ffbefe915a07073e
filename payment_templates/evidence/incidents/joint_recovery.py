"""Decides how a stack recovers from a NAT gateway failure, or from two faults at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.evidence.faults.effects import TASKS, effects_of, why_no_task_starts
from payment_templates.evidence.faults.storage_quorum import why_storage_fails
from payment_templates.evidence.recovery.capacity import Capacity, capacity_of
from payment_templates.evidence.recovery.chain import OPEN, Chain, step
from payment_templates.evidence.recovery.data_loss import loss_within_region
from payment_templates.evidence.recovery.recovery import Recovery
from payment_templates.evidence.recovery.steps import (
    load_balancer_ttl,
    slowest_group,
    target_removal,
    task_replacement,
    zone_leaves_dns,
)
from payment_templates.evidence.recovery.writer import writer_recovery
from payment_templates.facts.recovery import AURORA_AVAILABILITY, AURORA_QUORUM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.faults.effects import Fault
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

JOINT = "several faults"
_NO_HEALTH_CHECK = "unknown: no target group, so nothing in the template detects a failed task"


def joint_recovery(topology: Topology, faults: tuple[Fault, ...]) -> Recovery:
    """Return the recovery from faults within a region that happen at the same time."""
    lost = _tasks_lost(topology, faults)
    blocked = _blocked(topology, faults)
    hidden = any(lost.values()) and not topology.target_groups
    down = _without_data(topology, faults)
    others = (*_requests(topology, lost, faults), *_entrances(topology, faults))
    return Recovery(
        kind=JOINT,
        fault=" and ".join(map(str, faults)),
        chains=(
            # Without its data, what else recovers serves nothing.
            *(replace(chain, counts=not down and chain.counts) for chain in others),
            *_writes(topology, faults),
        ),
        loss=loss_within_region(topology),
        capacity=down or capacity_of(topology, lost, blocked=bool(blocked)),
        unknown=_NO_HEALTH_CHECK if hidden else "",
    )


def _without_data(topology: Topology, faults: tuple[Fault, ...]) -> Capacity | None:
    """Return no capacity if the storage of a database fails; None if every one serves."""
    for database in topology.databases:
        if problem := why_storage_fails(database, faults):
            return Capacity(
                during=0, after=0, why=f"{database.logical_id} serves nothing: {problem}"
            )
    return None


def _tasks_lost(topology: Topology, faults: tuple[Fault, ...]) -> dict[str, int]:
    """Return how many tasks of each service are lost; a task fault takes one that is left."""
    zones = [fault.name for fault in faults if fault.kind == "zone"]
    single = sum(fault.kind == "task" for fault in faults)
    found: dict[str, int] = {}
    for service in topology.services:
        gone = sum(service.tasks_by_zone.get(zone, 0) for zone in zones)
        # The single task is one of the first service, as in the list of faults.
        more = single if service is topology.services[0] else 0
        found[service.logical_id] = min(gone + more, service.desired)
    return found if any(found.values()) else {}


def _blocked(topology: Topology, faults: tuple[Fault, ...]) -> str:
    services = [service for service in topology.services if service.desired]
    reasons = (why_no_task_starts(topology, service, *faults) for service in services)
    return next(filter(None, reasons), "")


def _requests(
    topology: Topology, lost: dict[str, int], faults: tuple[Fault, ...]
) -> Iterator[Chain]:
    if not any(lost.values()):
        return
    group = slowest_group(topology)
    removal = (target_removal(group),) if group else ()
    replacement = task_replacement(topology, group, _blocked(topology, faults))
    effect = next(it for it in effects_of(topology, *faults) if it.tier == TASKS)
    if not effect.remains:
        yield Chain(what="requests", steps=(*removal, *replacement))
        return
    yield Chain(what="requests", steps=removal)
    yield Chain(what="full capacity", steps=(*removal, *replacement), counts=False)


def _entrances(topology: Topology, faults: tuple[Fault, ...]) -> Iterator[Chain]:
    zones = {fault.name for fault in faults if fault.kind == "zone"}
    for balancer in topology.load_balancers:
        failed = zones & {*balancer.zones}
        if not failed:
            continue
        what = f"requests through {balancer.logical_id}"
        if {*balancer.zones} <= zones:
            how = f"{balancer.logical_id} is only in failed zones"
            gone = step("a zone is back", OPEN, OPEN, OPEN, how=how, source=AURORA_AVAILABILITY)
            yield Chain(what=what, steps=(gone,))
        else:
            yield Chain(what=what, steps=(zone_leaves_dns(), load_balancer_ttl()))


def _writes(topology: Topology, faults: tuple[Fault, ...]) -> Iterator[Chain]:
    for database in topology.databases:
        writer = database.writer
        if writer and (problem := why_storage_fails(database, faults)):
            back = step("a zone is back", OPEN, OPEN, OPEN, how=problem, source=AURORA_QUORUM)
            yield Chain(what="reads and writes", steps=(back,))
            continue
        if writer is None or not _is_lost(writer.logical_id, writer.zone, faults):
            continue
        left = [it for it in database.readers if not _is_lost(it.logical_id, it.zone, faults)]
        if left or database.standby or not _loses_zone(database, faults):
            yield writer_recovery(database)
        else:
            how = f"{database.logical_id} has no instance left: an operator must create one"
            by_hand = step(
                *("a new writer in another zone", OPEN, OPEN, OPEN),
                how=how,
                source=AURORA_AVAILABILITY,
            )
            yield Chain(what="writes", steps=(by_hand,))


def _is_lost(name: str, zone: str, faults: tuple[Fault, ...]) -> bool:
    return any(
        (fault.kind == "zone" and fault.name == zone)
        or (fault.kind == "writer" and fault.name == name)
        for fault in faults
    )


def _loses_zone(database: Database, faults: tuple[Fault, ...]) -> bool:
    """Return whether the zone of the writer failed, so that nothing replaces it there."""
    writer = database.writer
    return any(writer and fault.kind == "zone" and fault.name == writer.zone for fault in faults)
