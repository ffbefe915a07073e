"""Lists how each fault shows: the events that AWS sends, and what has to pass before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.sample_events import (
    failover,
    impaired_service,
    stopped_task,
)
from payment_templates.evidence.faults.effects import Fault, faults_of, why_no_task_starts

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database
    from payment_templates.evidence.topology.service import Service


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """One event, and what has to pass before it is sent."""

    what: str
    event: Event
    best_seconds: float = 0
    # What it waits for, empty when it is sent at once.
    after: str = ""
    # Why it may never be sent; empty when it will be.
    blocked: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way in which a fault shows; any one of its symptoms reports it."""

    name: str
    symptoms: tuple[Symptom, ...]


def cases_of(topology: Topology, kind: str) -> tuple[Case, ...]:
    """List the ways in which the faults of a kind show, each with the events that tell it."""
    if kind == "task":
        return _task_cases(topology)
    cases = (
        Case(name=str(fault), symptoms=_symptoms(topology, fault))
        for fault in faults_of(topology)
        if fault.kind == kind
    )
    # A zone without tasks and without a writer takes nothing with it that an event tells.
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


def _symptoms(topology: Topology, fault: Fault) -> tuple[Symptom, ...]:
    databases = [
        database
        for database in topology.databases
        if database.writer
        and database.readers
        and fault.name in {database.writer.logical_id, database.writer.zone}
    ]
    failovers = [symptom for database in databases for symptom in _failovers(topology, database)]
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
    return Symptom(
        what="ECS Task State Change, STOPPED by its own exit",
        event=stopped_task(
            topology, service, "EssentialContainerExited", "Essential container in task exited"
        ),
    )


def _failed_check(topology: Topology, service: Service, fault: Fault) -> Symptom:
    """Return the event of a task that answers no more.

    ECS starts the replacement first where the deployment leaves room for it, and stops the
    unhealthy task once the new one is healthy:
    https://aws.amazon.com/about-aws/whats-new/2023/10/amazon-ecs-applications-resiliency-unpredictable-load-spikes/
    """
    groups = [g for g in topology.target_groups if g.logical_id in service.target_groups]
    first = max((group.fastest_detection_seconds for group in groups), default=0)
    last = max((group.slowest_detection_seconds for group in groups), default=0)
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
        blocked=blocked and f"waits for a new task, and none starts: {blocked}",
    )


def _failed_starts(topology: Topology, service: Service) -> tuple[Symptom, ...]:
    reason = "ResourceInitializationError: unable to pull secrets or registry auth"
    return (
        Symptom(
            what="ECS Task State Change, STOPPED by a failed start",
            event=stopped_task(topology, service, "TaskFailedToStart", reason),
        ),
        Symptom(what="SERVICE_TASK_START_IMPAIRED", event=impaired_service(topology, service)),
    )


def _failovers(topology: Topology, database: Database) -> tuple[Symptom, ...]:
    return tuple(
        Symptom(
            what=f"{event_id}, failover {stage} (best effort)",
            event=failover(topology, database, event_id),
        )
        for event_id, stage in (("RDS-EVENT-0073", "started"), ("RDS-EVENT-0071", "completed"))
    )
