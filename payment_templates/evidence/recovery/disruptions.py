"""Lists the disruptions, each with its recovery time, data loss and capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.faults.effects import (
    TASKS,
    Effect,
    Fault,
    effects_of,
    faults_of,
    why_no_task_starts,
)
from payment_templates.evidence.faults.zonal_shift import is_shifted
from payment_templates.evidence.recovery.capacity import capacity_of
from payment_templates.evidence.recovery.chain import OPEN, Chain, Step, step
from payment_templates.evidence.recovery.data_loss import loss_within_region
from payment_templates.evidence.recovery.deployments import failing_deployment, passing_deployment
from payment_templates.evidence.recovery.recovery import (
    APPLICATION,
    INFRASTRUCTURE,
    REGION,
    ZONE,
    Recovery,
)
from payment_templates.evidence.recovery.region import region_recovery
from payment_templates.evidence.recovery.steps import (
    load_balancer_ttl,
    own_check,
    slowest_group,
    target_removal,
    task_replacement,
    zone_leaves_dns,
    zone_shift,
)
from payment_templates.evidence.recovery.writer import promoted_elsewhere, writer_recovery
from payment_templates.evidence.task_start.container_checks import fastest_check
from payment_templates.facts.recovery import AURORA_AVAILABILITY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from payment_templates.evidence.task_start.container_checks import ContainerCheck
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database

_NO_HEALTH_CHECK = "unknown: no target group, so nothing in the template detects a failed task"


def recoveries_of(topologies: Sequence[Topology]) -> tuple[Recovery, ...]:
    """Return the recovery from each disruption, with default parameters.

    The region failure is also listed for the first combination with a failover record.
    """
    return tuple(_rows(topologies))


def _rows(topologies: Sequence[Topology]) -> Iterator[Recovery]:
    topology = topologies[0]
    yield from _known(APPLICATION, "a deployment", lambda: _application(topology))
    yield from _known(INFRASTRUCTURE, "a task or an instance", lambda: _infrastructure(topology))
    yield from _known(ZONE, "any zone", lambda: _zones(topology))
    yield from _known(REGION, topology.stack.region, lambda: _regions(topologies))


def _known(kind: str, fault: str, rows: Callable[[], Iterator[Recovery]]) -> tuple[Recovery, ...]:
    """Return the rows of a kind, or one that states the undecided value."""
    try:
        return tuple(rows())
    except UnexpectedValueError as error:
        return (Recovery(kind=kind, fault=fault, unknown=f"unknown: {error}"),)


def _application(topology: Topology) -> Iterator[Recovery]:
    for service in topology.services:
        if service.desired:
            yield failing_deployment(topology, service)
            yield passing_deployment(topology, service)
            name = f"a task of {service.logical_id} that crashes"
            yield _task(topology, service, APPLICATION, name)


def _infrastructure(topology: Topology) -> Iterator[Recovery]:
    for service in topology.services:
        if service.desired:
            name = f"the host of a task of {service.logical_id}"
            yield _task(topology, service, INFRASTRUCTURE, name)
    for database in topology.databases:
        if database.writer:
            yield Recovery(
                kind=INFRASTRUCTURE,
                fault=f"writer {database.writer.logical_id}",
                chains=(writer_recovery(database),),
                loss=loss_within_region(topology),
                capacity=capacity_of(topology, {}, blocked=False),
            )


def _task(topology: Topology, service: Service, kind: str, name: str) -> Recovery:
    blocked = why_no_task_starts(topology, service, Fault(kind="task", name=""))
    lost = {service.logical_id: 1}
    # If the host fails, so does the container's check: only the load balancer notices it.
    checked = kind == APPLICATION
    own = (
        fastest_check(topology, topology.services, service, slowest_group(topology))
        if checked
        else None
    )
    return Recovery(
        kind=kind,
        fault=name,
        chains=_of_tasks(
            topology,
            blocked,
            alone=service.desired == 1,
            own=own,
            # Without room for another task, ECS stops the unhealthy one first.
            stops_first=service.most_running <= service.desired,
        ),
        loss=loss_within_region(topology),
        capacity=capacity_of(topology, lost, blocked=bool(blocked)),
        unknown="" if topology.target_groups else _NO_HEALTH_CHECK,
    )


def _zones(topology: Topology) -> Iterator[Recovery]:
    topology.require_zones()
    for fault in faults_of(topology):
        if fault.kind != "zone":
            continue
        effect = _effect(topology, fault)
        lost = {
            service.logical_id: service.tasks_by_zone.get(fault.name, 0)
            for service in topology.services
        }
        alone = effect.lost > 0 and not effect.remains
        tasks = _of_tasks(topology, effect.blocked, alone=alone) if effect.lost else ()
        hidden = bool(effect.lost) and not topology.target_groups
        yield Recovery(
            kind=ZONE,
            fault=fault.name,
            chains=(*tasks, *_entrances(topology, fault.name), *_writes(topology, fault.name)),
            loss=loss_within_region(topology),
            capacity=capacity_of(topology, lost, blocked=bool(effect.blocked)),
            unknown=_NO_HEALTH_CHECK if hidden else "",
        )
    yield from _impaired(topology)


def _impaired(topology: Topology) -> Iterator[Recovery]:
    """Yield the recovery from a zone that fails in part, so that its health checks still pass."""
    for balancer in topology.load_balancers:
        if len(balancer.zones) > 1:
            shifted = is_shifted(topology, balancer.logical_id)
            yield Recovery(
                kind=ZONE,
                fault=f"a zone of {balancer.logical_id} that is impaired but passes its checks",
                chains=(
                    Chain(
                        what="requests", steps=(zone_shift(shifted=shifted), load_balancer_ttl())
                    ),
                ),
                loss=loss_within_region(topology),
                capacity=capacity_of(topology, _most_lost(topology), blocked=True),
            )


def _most_lost(topology: Topology) -> dict[str, int]:
    return {
        service.logical_id: max(service.tasks_by_zone.values(), default=0)
        for service in topology.services
    }


def _of_tasks(
    topology: Topology,
    blocked: str,
    *,
    alone: bool,
    own: ContainerCheck | None = None,
    stops_first: bool = False,
) -> tuple[Chain, ...]:
    """Return how requests move to other tasks, and how the missing ones are replaced.

    With `alone`, no other task remains, and requests fail until there is a new one. With `own`, the
    container's own check notices the failure first, and ECS starts the replacement. Requests still
    go to the old task until the load balancer's checks fail, unless ECS stops it first.
    """
    group = slowest_group(topology)
    removal = (target_removal(group),) if group else ()
    noticed = (own_check(own),) if own else removal
    replacement = task_replacement(topology, group, blocked)
    if alone:
        return (Chain(what="requests", steps=(*noticed, *replacement)),)
    return (
        Chain(what="requests", steps=noticed if stops_first else removal),
        Chain(what="full capacity", steps=(*noticed, *replacement), counts=False),
    )


def _entrances(topology: Topology, zone: str) -> Iterator[Chain]:
    for balancer in topology.load_balancers:
        if zone in balancer.zones:
            steps = (zone_leaves_dns(), load_balancer_ttl())
            yield Chain(what=f"requests through {balancer.logical_id}", steps=steps)


def _writes(topology: Topology, zone: str) -> Iterator[Chain]:
    for database in topology.databases:
        if database.writer and database.writer.zone == zone:
            if promoted_elsewhere(database):
                yield writer_recovery(database)
            else:
                yield Chain(what="writes", steps=(_created_by_hand(database),))


def _created_by_hand(database: Database) -> Step:
    have = "may have" if any(not it.zone for it in database.readers) else "has"
    how = f"{database.logical_id} {have} no instance in another zone: an operator must create one"
    return step(
        "a new writer in another zone", OPEN, OPEN, OPEN, how=how, source=AURORA_AVAILABILITY
    )


def _effect(topology: Topology, fault: Fault) -> Effect:
    return next(effect for effect in effects_of(topology, fault) if effect.tier == TASKS)


def _regions(topologies: Sequence[Topology]) -> Iterator[Recovery]:
    first = topologies[0]
    yield region_recovery(first, "")
    if any(record.failover for record in first.records):
        return
    for topology in topologies[1:]:
        if any(record.failover for record in topology.records):
            yield region_recovery(topology, _difference(first, topology))
            return


def _difference(first: Topology, other: Topology) -> str:
    """Return the conditions that are true in another combination but not in the first, as text."""
    before = first.stack.conditions
    names = [
        name
        for name, decision in other.stack.conditions.items()
        if decision is True and before[name] is not True
    ]
    return f"with {' and '.join(names)}" if names else ""
