"""Decides whether the tasks of a service can start: all that must be right, and what is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.grants import Answer
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.definition import (
    definition_conditions,
    definition_problems,
)
from payment_templates.evidence.task_start.disk_key import disk_answer
from payment_templates.evidence.task_start.execution_role import role_answers
from payment_templates.evidence.task_start.keys import key_problems
from payment_templates.evidence.task_start.subnets import starts_of
from payment_templates.evidence.task_start.volumes import volume_conditions, volume_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

_TASK_SET = "AWS::ECS::TaskSet"


def start_problem(topology: Topology, service: Service) -> str:
    """Return why the tasks of a service cannot start in every one of its subnets, or ""."""
    return reused(topology.stack, lambda: next(_problems(topology, service), ""), service)


def start_conditions(topology: Topology, service: Service) -> tuple[str, ...]:
    """Return what the template does not confirm about the start of a service's tasks."""
    return reused(topology.stack, lambda: tuple(_conditions(topology, service)), service)


def _conditions(topology: Topology, service: Service) -> Iterator[str]:
    yield from definition_conditions(topology, service)
    yield from volume_conditions(topology, service)
    _, assumed = _disk_answer(topology, service)
    if assumed:
        yield assumed
    if _is_external(topology, service):
        yield f"what deploys {service.logical_id} starts its task sets again"
    for start in starts_of(topology, service):
        yield from start.assumed
    for what, answer in role_answers(topology, service):
        if answer is Answer.UNSEEN:
            yield what


def _problems(topology: Topology, service: Service) -> Iterator[str]:
    yield from definition_problems(topology, service)
    yield from volume_problems(topology, service)
    yield from key_problems(topology, service)
    if _is_external(topology, service) and not topology.stack.of_type(_TASK_SET):
        # CreateTaskSet: "used when a service uses the EXTERNAL deployment controller type".
        yield f"{service.logical_id} is deployed by another controller, and has no task set"
    problem, _ = _disk_answer(topology, service)
    if problem:
        yield problem
    if not service.known_subnets:
        yield f"{service.logical_id} names no subnet"
    for start in starts_of(topology, service):
        if start.problem:
            yield start.problem
    for what, answer in role_answers(topology, service):
        if answer is Answer.NO:
            yield f"it is not true that {what}"


def _is_external(topology: Topology, service: Service) -> bool:
    fields = topology.stack.resources[service.logical_id].properties
    return fields.child("DeploymentController").text("Type") == "EXTERNAL"


def _disk_answer(topology: Topology, service: Service) -> tuple[str, str]:
    """Return why Fargate cannot encrypt the task's disk, and what the template does not show."""
    stack = topology.stack
    cluster = stack.resources[service.logical_id].properties.get("Cluster")
    return disk_answer(stack, stack.find(cluster, "AWS::ECS::Cluster"))
