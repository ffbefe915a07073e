"""Lists the symptoms of failures that leave the application running: readers and deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.event_reports import case_of, reports_of, reports_on
from payment_templates.evidence.alerting.sample_events import (
    failed_deployment,
    instance_event,
    unplaced_task,
)
from payment_templates.evidence.alerting.symptom import Symptom
from payment_templates.evidence.reuse import interned, reused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.symptom import Case, Sent
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


def reader_cases(topology: Topology) -> tuple[Case, ...]:
    """Return a case for each instance of a cluster with readers: after a failover, any can be one.

    Aurora restarts a failed instance and sends RDS-EVENT-0006:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
    """
    return interned(
        topology.stack,
        tuple(
            case_of(
                topology,
                f"a failure of {instance.logical_id}",
                reports_of(topology, _restart, instance.logical_id),
            )
            for database in topology.databases
            if database.readers
            for instance in database.instances
        ),
    )


def _restart(topology: Topology, instance: str) -> Iterator[Sent]:
    event = instance_event(topology, instance, "RDS-EVENT-0006", "availability")
    yield Symptom(what="RDS-EVENT-0006, instance restarted (best effort)"), event


def deployment_cases(topology: Topology) -> tuple[Case, ...]:
    """Return the ways a deployment fails: ECS stops it, or its tasks have no capacity."""
    services = topology.services

    def cases() -> tuple[Case, ...]:
        return tuple(
            case_of(topology, name, reports_on(topology, [sent]))
            for service in services
            for name, sent in _deployments(topology, service)
        )

    return reused(topology.stack, cases, services)


def partial_failure_events(topology: Topology) -> Iterator[Sent]:
    """Yield the events of failed readers and deployments."""
    for database in topology.databases:
        if database.readers:
            for instance in database.instances:
                yield from _restart(topology, instance.logical_id)
    for service in topology.services:
        for _, sent in _deployments(topology, service):
            yield sent


def _deployments(topology: Topology, service: Service) -> Iterator[tuple[str, Sent]]:
    if _is_stopped(topology, service):
        event = failed_deployment(topology, service)
        failed = Symptom(what="SERVICE_DEPLOYMENT_FAILED")
        yield f"a failed deployment of {service.logical_id}", (failed, event)
    unplaced = Symptom(what="SERVICE_TASK_PLACEMENT_FAILURE")
    name = f"a task of {service.logical_id} without capacity"
    yield name, (unplaced, unplaced_task(topology, service))


def _is_stopped(topology: Topology, service: Service) -> bool:
    """Return whether ECS stops a failed deployment, by a circuit breaker or alarms."""
    fields = topology.stack.resources[service.logical_id].properties
    config = fields.child("DeploymentConfiguration")
    return any(config.child(name).flag("Enable") for name in ("DeploymentCircuitBreaker", "Alarms"))
