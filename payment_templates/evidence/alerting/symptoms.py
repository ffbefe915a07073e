"""Lists the symptoms of each fault: the events that AWS sends, and what delays them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.partial_failures import deployment_cases, reader_cases
from payment_templates.evidence.alerting.sample_events import (
    failover,
    impaired_service,
    instance_event,
    stopped_task,
)
from payment_templates.evidence.alerting.symptom import Case, Symptom
from payment_templates.evidence.examined_stacks import reused
from payment_templates.evidence.faults.container_checks import fastest_check
from payment_templates.evidence.faults.effects import Fault, faults_of, why_no_task_starts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database


def cases_of(topology: Topology, kind: str) -> tuple[Case, ...]:
    """Return the faults of a kind, each with the events that report it."""
    if kind == "task":
        return _task_cases(topology)
    if kind == "reader":
        return reader_cases(topology)
    if kind == "deployment":
        return deployment_cases(topology)
    by_place = _databases_by_place(topology)
    cases = (
        Case(name=str(fault), symptoms=_symptoms(topology, fault, by_place))
        for fault in faults_of(topology)
        if fault.kind == kind
    )
    # The failure of a zone without tasks and without a writer causes no event.
    return tuple(case for case in cases if case.symptoms or kind != "zone")


def _task_cases(topology: Topology) -> tuple[Case, ...]:
    fault = Fault(kind="task", name="")
    return tuple(
        case
        for service in topology.services
        if service.desired
        for case in (
            Case(name="a task that exits", symptoms=(_exit(topology, service),)),
            Case(
                name="a task that fails its checks",
                symptoms=(_failed_check(topology, service, fault),),
            ),
        )
    )


def _databases_by_place(topology: Topology) -> dict[str, list[Database]]:
    """Return the databases with an event for a writer failure, by the writer's name and zone."""
    found: dict[str, list[Database]] = {}
    for database in topology.databases:
        writer = database.writer
        if writer and (database.readers or not database.is_cluster):
            for place in {writer.logical_id, writer.zone}:
                found.setdefault(place, []).append(database)
    return found


def _symptoms(
    topology: Topology, fault: Fault, by_place: Mapping[str, list[Database]]
) -> tuple[Symptom, ...]:
    failovers = [
        symptom
        for database in by_place.get(fault.name, ())
        for symptom in _failovers(topology, database)
    ]
    if fault.kind == "NAT gateway":
        return tuple(
            symptom
            for service in topology.services
            for symptom in _failed_starts(topology, service)
        )
    failed = [
        _failed_check(topology, service, fault)
        for service in topology.services
        if fault.kind == "zone" and service.tasks_by_zone.get(fault.name)
    ]
    return (*failovers, *failed)


def _exit(topology: Topology, service: Service) -> Symptom:
    return reused(topology.stack, lambda: _exited(topology, service), service)


def _exited(topology: Topology, service: Service) -> Symptom:
    return Symptom(
        what="ECS Task State Change, STOPPED by its own exit",
        event=stopped_task(
            topology, service, "EssentialContainerExited", "Essential container in task exited"
        ),
    )


def _failed_check(topology: Topology, service: Service, fault: Fault) -> Symptom:
    """Return the event of a task that fails its health checks.

    If the maximum percent allows it, ECS starts the replacement first, and stops the unhealthy task
    when the new one is healthy:
    https://aws.amazon.com/about-aws/whats-new/2023/10/amazon-ecs-applications-resiliency-unpredictable-load-spikes/
    """
    return reused(topology.stack, lambda: _stopped_check(topology, service, fault), service, fault)


def _stopped_check(topology: Topology, service: Service, fault: Fault) -> Symptom:
    groups = [g for g in topology.target_groups if g.logical_id in service.target_groups]
    first = max((group.fastest_detection_seconds for group in groups), default=0)
    last = max((group.slowest_detection_seconds for group in groups), default=0)
    slowest = max(groups, key=lambda group: group.slowest_detection_seconds, default=None)
    # After a zone failure, no container in the zone runs its check.
    own = fastest_check(topology, service, slowest) if fault.kind == "task" else None
    if own:
        first, last = own.fastest_detection_seconds, own.slowest_detection_seconds
    has_room = int(service.desired * service.maximum_percent / 100) > service.desired
    blocked = why_no_task_starts(topology, service, fault) if has_room else ""
    healthy = ", and once a new task is healthy" if has_room else ""
    return Symptom(
        what="ECS Task State Change, STOPPED by failed checks",
        event=stopped_task(
            topology,
            service,
            "ServiceSchedulerInitiated",
            "Task failed ELB health checks in (target-group payment)",
            fault.name or next(iter(service.tasks_by_zone), ""),
        ),
        best_seconds=first,
        after=f"after {first:g} to {last:g} s of health checks{healthy}",
        blocked=blocked and f"waits for a new task, but none starts: {blocked}",
    )


def _failed_starts(topology: Topology, service: Service) -> tuple[Symptom, ...]:
    return reused(topology.stack, lambda: _unstarted(topology, service), service)


def _unstarted(topology: Topology, service: Service) -> tuple[Symptom, ...]:
    reason = "ResourceInitializationError: unable to pull secrets or registry auth"
    return (
        Symptom(
            what="ECS Task State Change, STOPPED by a failed start",
            event=stopped_task(topology, service, "TaskFailedToStart", reason),
        ),
        Symptom(what="SERVICE_TASK_START_IMPAIRED", event=impaired_service(topology, service)),
    )


def _failovers(topology: Topology, database: Database) -> tuple[Symptom, ...]:
    """Return the events of a failover, or of the restart of an instance outside a cluster."""
    return reused(topology.stack, lambda: _moves(topology, database), database)


def _moves(topology: Topology, database: Database) -> tuple[Symptom, ...]:
    if not database.is_cluster:
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
        event_id, category, what = (
            ("RDS-EVENT-0049", "failover", "failover completed")
            if database.standby
            else ("RDS-EVENT-0006", "availability", "instance restarted")
        )
        event = instance_event(topology, database.logical_id, event_id, category)
        return (Symptom(what=f"{event_id}, {what} (best effort)", event=event),)
    return tuple(
        Symptom(
            what=f"{event_id}, failover {stage} (best effort)",
            event=failover(topology, database, event_id),
        )
        for event_id, stage in (("RDS-EVENT-0073", "started"), ("RDS-EVENT-0071", "completed"))
    )
