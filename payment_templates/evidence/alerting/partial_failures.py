"""Lists the symptoms of failures that leave the application running: readers and deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.sample_events import (
    failed_deployment,
    instance_event,
    unplaced_task,
)
from payment_templates.evidence.alerting.symptom import Case, Symptom
from payment_templates.evidence.examined_stacks import reused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


def reader_cases(topology: Topology) -> tuple[Case, ...]:
    """Return a case for each instance of a cluster with readers: after a failover, any can be one.

    Aurora restarts a failed instance and sends RDS-EVENT-0006:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
    """
    return tuple(
        Case(
            name=f"a failure of {instance.logical_id}",
            symptoms=(_restart(topology, instance.logical_id),),
        )
        for database in topology.databases
        if database.readers
        for instance in database.instances
    )


def _restart(topology: Topology, instance: str) -> Symptom:
    def restart() -> Symptom:
        event = instance_event(topology, instance, "RDS-EVENT-0006", "availability")
        return Symptom(what="RDS-EVENT-0006, instance restarted (best effort)", event=event)

    return reused(topology.stack, restart, instance)


def deployment_cases(topology: Topology) -> tuple[Case, ...]:
    """Return the ways a deployment fails: ECS stops it, or its tasks have no capacity."""
    return tuple(case for service in topology.services for case in _cases(topology, service))


def _cases(topology: Topology, service: Service) -> tuple[Case, ...]:
    return reused(topology.stack, lambda: tuple(_deployments(topology, service)), service)


def _deployments(topology: Topology, service: Service) -> Iterator[Case]:
    if _is_stopped(topology, service):
        symptom = Symptom(
            what="SERVICE_DEPLOYMENT_FAILED", event=failed_deployment(topology, service)
        )
        yield Case(name=f"a failed deployment of {service.logical_id}", symptoms=(symptom,))
    symptom = Symptom(what="SERVICE_TASK_PLACEMENT_FAILURE", event=unplaced_task(topology, service))
    yield Case(name=f"a task of {service.logical_id} without capacity", symptoms=(symptom,))


def _is_stopped(topology: Topology, service: Service) -> bool:
    """Return whether ECS stops a failed deployment, by a circuit breaker or alarms."""
    fields = topology.stack.resources[service.logical_id].properties
    config = fields.child("DeploymentConfiguration")
    return any(config.child(name).flag("Enable") for name in ("DeploymentCircuitBreaker", "Alarms"))
