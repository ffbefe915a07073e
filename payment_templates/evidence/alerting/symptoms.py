"""Lists the symptoms of each fault: the events that AWS sends, and what delays them."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.database_moves import (
    move_cases,
    move_events,
    unblocked_write_cases,
)
from payment_templates.evidence.alerting.event_reports import case_of, reports_of, reports_on
from payment_templates.evidence.alerting.partial_failures import (
    deployment_cases,
    partial_failure_events,
    reader_cases,
)
from payment_templates.evidence.alerting.sample_events import (
    failover,
    impaired_service,
    instance_event,
    stopped_task,
)
from payment_templates.evidence.alerting.symptom import Symptom
from payment_templates.evidence.faults.effects import Fault, faults_of, why_no_task_starts
from payment_templates.evidence.reuse import interned, reused
from payment_templates.evidence.task_start.container_checks import fastest_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from payment_templates.evidence.alerting.symptom import Case, Reports, Sent
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database

_TASK = Fault(kind="task", name="")


def cases_of(topology: Topology, kind: str) -> tuple[Case, ...]:
    """Return the faults of a kind, each with the events that report it."""
    if kind == "task":
        services = topology.services
        return reused(topology.stack, lambda: _task_cases(topology, services), services)
    if kind == "reader":
        return reader_cases(topology)
    if kind == "deployment":
        return deployment_cases(topology)
    if kind == "move":
        return move_cases(topology)
    if kind == "unblocked write":
        return unblocked_write_cases(topology)
    by_place = _databases_by_place(topology)
    cases = (
        case_of(topology, str(fault), *_reports(topology, fault, by_place))
        for fault in faults_of(topology)
        if fault.kind == kind
    )
    # The failure of a zone without tasks and without a writer causes no event.
    return interned(
        topology.stack, tuple(case for case in cases if any(case.symptoms) or kind != "zone")
    )


def sent_events(topology: Topology) -> Iterator[Sent]:
    """Yield every event that the faults of a stack cause, each once."""
    services = topology.services
    for service in services:
        if service.desired:
            yield _exit(topology, service)
            yield _failed_check(topology, services, service, _TASK)
    yield from _failed_starts(topology, services)
    databases = [database for found in _databases_by_place(topology).values() for database in found]
    yield from _failovers(topology, tuple({it.logical_id: it for it in databases}.values()))
    yield from partial_failure_events(topology)
    yield from move_events(topology)


def _task_cases(topology: Topology, services: tuple[Service, ...]) -> tuple[Case, ...]:
    return tuple(
        case
        for service in services
        if service.desired
        for case in (
            *_cases_by_zone(
                topology, service, "a task that exits", partial(_exit, topology, service)
            ),
            *_cases_by_zone(
                topology,
                service,
                "a task that fails its checks",
                partial(_failed_check, topology, services, service, _TASK),
            ),
        )
    )


def _cases_by_zone(
    topology: Topology, service: Service, name: str, send: Callable[[str], Sent]
) -> Iterator[Case]:
    """Yield one case for the tasks of all zones, or one for each if not all are reported alike."""
    zones = [*service.tasks_by_zone] or [""]
    found = {zone: reports_on(topology, [send(zone)]) for zone in zones}
    if len(set(found.values())) == 1:
        found = {"": found[zones[0]]}
    for zone, reports in found.items():
        yield case_of(topology, f"{name} in {zone}" if zone else name, reports)


def _databases_by_place(topology: Topology) -> dict[str, list[Database]]:
    """Return the databases with an event for a writer failure, by the writer's name and zone."""
    found: dict[str, list[Database]] = {}
    for database in topology.databases:
        writer = database.writer
        if writer and (database.readers or not database.is_cluster):
            for place in {writer.logical_id, writer.zone}:
                found.setdefault(place, []).append(database)
    return found


def _reports(
    topology: Topology, fault: Fault, by_place: Mapping[str, list[Database]]
) -> Iterator[Reports]:
    if databases := by_place.get(fault.name, ()):
        yield reports_of(topology, _failovers, tuple(databases))
    services = topology.services
    if fault.kind == "NAT gateway":
        yield reports_of(topology, _failed_starts, services)
    if fault.kind == "zone":
        yield reports_of(topology, _failed_checks, services, fault)


def _exit(topology: Topology, service: Service, zone: str = "") -> Sent:
    return Symptom(what="ECS Task State Change, STOPPED by its own exit"), stopped_task(
        topology, service, "EssentialContainerExited", "Essential container in task exited", zone
    )


def _failed_checks(
    topology: Topology, services: tuple[Service, ...], zone: Fault
) -> Iterator[Sent]:
    for service in services:
        if service.tasks_by_zone.get(zone.name):
            yield _failed_check(topology, services, service, zone, zone.name)


def _failed_check(
    topology: Topology,
    services: tuple[Service, ...],
    service: Service,
    fault: Fault,
    zone: str = "",
) -> Sent:
    """Return the event of a task in a zone that fails its health checks.

    If the maximum percent allows it, ECS starts the replacement first, and stops the unhealthy task
    when the new one is healthy:
    https://aws.amazon.com/about-aws/whats-new/2023/10/amazon-ecs-applications-resiliency-unpredictable-load-spikes/
    """
    groups = [g for g in topology.target_groups if g.logical_id in service.target_groups]
    first = max((group.fastest_detection_seconds for group in groups), default=0)
    last = max((group.slowest_detection_seconds for group in groups), default=0)
    slowest = max(groups, key=lambda group: group.slowest_detection_seconds, default=None)
    # After a zone failure, no container in the zone runs its check.
    own = fastest_check(topology, services, service, slowest) if fault.kind == "task" else None
    if own:
        first, last = own.fastest_detection_seconds, own.slowest_detection_seconds
    has_room = int(service.desired * service.maximum_percent / 100) > service.desired
    blocked = why_no_task_starts(topology, service, fault) if has_room else ""
    return _stopped(first, last, blocked, has_room=has_room), stopped_task(
        topology,
        service,
        "ServiceSchedulerInitiated",
        "Task failed ELB health checks in (target-group payment)",
        zone,
    )


# Cached, because services have most of these in common.
@cache
def _stopped(first: float, last: float, blocked: str, *, has_room: bool) -> Symptom:
    healthy = ", and once a new task is healthy" if has_room else ""
    return Symptom(
        what="ECS Task State Change, STOPPED by failed checks",
        best_seconds=first,
        after=f"after {first:g} to {last:g} s of health checks{healthy}",
        blocked=blocked and f"waits for a new task, but none starts: {blocked}",
        waits_for_task=has_room,
    )


def _failed_starts(topology: Topology, services: tuple[Service, ...]) -> Iterator[Sent]:
    for service in services:
        yield _least_reported(topology, service, partial(_failed_start, topology, service))
        impaired = Symptom(what="SERVICE_TASK_START_IMPAIRED")
        yield impaired, impaired_service(topology, service)


def _failed_start(topology: Topology, service: Service, zone: str) -> Sent:
    reason = "ResourceInitializationError: unable to pull secrets or registry auth"
    return Symptom(what="ECS Task State Change, STOPPED by a failed start"), stopped_task(
        topology, service, "TaskFailedToStart", reason, zone
    )


def _least_reported(topology: Topology, service: Service, send: Callable[[str], Sent]) -> Sent:
    """Return the event of the zone that the fewest rules report: ECS chooses the zone."""
    zones = [*service.tasks_by_zone] or [""]
    found = {zone: reports_on(topology, [send(zone)]).first for zone in zones}
    return send(min(zones, key=lambda zone: sum(it is not None for it in found[zone])))


def _failovers(topology: Topology, databases: tuple[Database, ...]) -> Iterator[Sent]:
    """Yield the events of a failover, or of the restart of an instance outside a cluster."""
    for database in databases:
        if database.is_cluster:
            for event_id, stage in (("RDS-EVENT-0073", "started"), ("RDS-EVENT-0071", "completed")):
                what = f"{event_id}, failover {stage} (best effort)"
                yield Symptom(what=what), failover(topology, database, event_id)
            continue
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
        event_id, category, what = (
            ("RDS-EVENT-0049", "failover", "failover completed")
            if database.standby
            else ("RDS-EVENT-0006", "availability", "instance restarted")
        )
        event = instance_event(topology, database.logical_id, event_id, category)
        yield Symptom(what=f"{event_id}, {what} (best effort)"), event
