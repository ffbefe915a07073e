"""Checks that a task can start in every subnet of its service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.faults.disk_key import disk_answer
from payment_templates.evidence.faults.execution_role import role_answers
from payment_templates.evidence.faults.task_definition import (
    definition_conditions,
    definition_problems,
)
from payment_templates.evidence.faults.task_start import Start, starts_of
from payment_templates.evidence.permissions.grants import Answer
from payment_templates.evidence.reuse import reused
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


@claim("A task can start in every subnet of the service", "Requirement 2", "ECS: VPC endpoints")
def tasks_can_start(topology: Topology) -> Finding:
    """Check that each subnet can reach the image, secrets and logs, and that the role may use them.

    Follows routes, VPC endpoints and security group egress. The policies of the execution role and
    of the KMS key must allow each access, and the key policy the encryption of Fargate's disk:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    if not topology.services:
        return absent("there is no ECS service")
    lines: list[str] = []
    assumed: dict[str, None] = {}
    for service in topology.services:
        start = _start(topology, service)
        if start.problem:
            return broken(start.problem, *lines)
        lines += start.by
        for what in start.assumed:
            assumed[what] = None
    if assumed:
        return conditional(f"if {', and '.join(assumed)}", *lines)
    return kept(
        f"{quantity(len(lines), 'subnet reaches', 'subnets reach')} image, secrets and logs", *lines
    )


def _start(topology: Topology, service: Service) -> Start:
    """Return whether a task starts in every subnet, with a line for each of them."""

    def judged() -> Start:
        if problem := next(_problems(topology, service), ""):
            return Start(problem=problem)
        return Start(
            by=_lines(topology, service),
            assumed=tuple(_conditions(topology, service)),
        )

    return reused(topology.stack, judged, service)


def _lines(topology: Topology, service: Service) -> tuple[str, ...]:
    def lines() -> tuple[str, ...]:
        return tuple(
            f"{name}: {', '.join(start.by) or 'nothing needed'}"
            for name, start in zip(service.subnets, starts_of(topology, service), strict=True)
        )

    return reused(topology.stack, lines, service.start)


def _problems(topology: Topology, service: Service) -> Iterator[str]:
    yield from definition_problems(topology, service)
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


def _conditions(topology: Topology, service: Service) -> Iterator[str]:
    yield from definition_conditions(topology, service)
    _, assumed = _disk_answer(topology, service)
    if assumed:
        yield assumed
    for start in starts_of(topology, service):
        yield from start.assumed
    for what, answer in role_answers(topology, service):
        if answer is Answer.UNSEEN:
            yield what


def _disk_answer(topology: Topology, service: Service) -> tuple[str, str]:
    """Return why Fargate cannot encrypt the task's disk, and what the template does not show."""
    stack = topology.stack
    cluster = stack.resources[service.logical_id].properties.get("Cluster")
    return disk_answer(stack, stack.find(cluster, "AWS::ECS::Cluster"))
