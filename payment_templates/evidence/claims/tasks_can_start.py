"""Checks that a task can start in every subnet of its service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.service_start import start_conditions, start_problem
from payment_templates.evidence.task_start.subnets import Start, starts_of
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


@claim("A task can start in every subnet of the service", "Requirement 2", "ECS: VPC endpoints")
def tasks_can_start(topology: Topology) -> Finding:
    """Check that each subnet can reach the image, secrets and logs, and that the role may use them.

    Follows routes, VPC endpoints and security group egress. The policies of the execution role and
    of the KMS key must allow each access, and the key policy the encryption of Fargate's disk. Log
    drivers, private registries, files with environment variables and volumes count too. ECS must
    accept the task definition and the service:
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
        if problem := start_problem(topology, service):
            return Start(problem=problem)
        return Start(
            by=_lines(topology, service),
            assumed=start_conditions(topology, service),
        )

    return reused(topology.stack, judged, service)


def _lines(topology: Topology, service: Service) -> tuple[str, ...]:
    def lines() -> tuple[str, ...]:
        return tuple(
            f"{name}: {', '.join(start.by) or 'nothing needed'}"
            for name, start in zip(service.subnets, starts_of(topology, service), strict=True)
        )

    return reused(topology.stack, lines, service.start)
