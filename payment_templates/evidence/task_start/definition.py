"""Decides whether a task definition can start a task, and what the template leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.capacity import capacity_problems
from payment_templates.evidence.task_start.container_start import start_problems
from payment_templates.evidence.task_start.containers import (
    container_conditions,
    container_problems,
)
from payment_templates.evidence.task_start.start_requests import own_repository
from payment_templates.evidence.topology.compute.secret_contents import keys_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import Containers
    from payment_templates.evidence.topology.compute.service import Service


def definition_problems(topology: Topology, service: Service) -> Iterator[str]:
    """Yield why a service's task definition cannot start a task, from each source the first."""
    if not service.definition:
        yield f"{service.logical_id} names no task definition"
    elif not service.runs:
        yield f"{service.definition} has no container"
    stack, containers = topology.stack, service.containers
    if problem := reused(stack, lambda: _key_problem(stack, containers), containers):
        yield problem
    if problem := _start_problem(topology, service):
        yield problem
    yield from capacity_problems(topology, service)
    if problem := _container_problem(topology, service):
        yield problem


def definition_conditions(topology: Topology, service: Service) -> Iterator[str]:
    """Yield the assumptions about a task start that the template does not confirm."""
    stack = topology.stack
    if not service.on_fargate:
        yield f"{service.logical_id}, which is not on Fargate, has capacity"
    if service.definition and service.definition not in stack.resources:
        yield f"the task definition {service.definition} can start"
    yield from _compatibility(topology, service)
    # All that the assumptions depend on of a service.
    decisive = (service.definition, service.containers)
    yield from reused(stack, lambda: tuple(_assumed(topology, service)), *decisive)


def _compatibility(topology: Topology, service: Service) -> Iterator[str]:
    """Yield what a task definition for other capacity leaves open about Fargate.

    "Amazon ECS validates the task definition parameters with those supported by the launch type":
    botocore ecs, TaskDefinition, compatibilities. Whether it does for one that is not asked for is
    not documented.
    """
    definition = topology.stack.of(service.definition, "AWS::ECS::TaskDefinition")
    asked = definition.properties.texts("RequiresCompatibilities") if definition else ()
    if service.on_fargate and asked and "FARGATE" not in asked:
        needed = " and ".join(asked)
        yield f"Fargate accepts {service.definition}, which only asks for {needed}"


def _key_problem(stack: Stack, containers: Containers) -> str:
    """Return the first secret without the key that a container reads, or ""."""
    for secret in containers.secrets:
        source = stack.of(secret.source, "AWS::SecretsManager::Secret")
        keys = keys_in(stack, source) if source and secret.key else None
        if keys is not None and secret.key not in keys:
            has = ", ".join(sorted(keys)) or "nothing"
            return f"{secret.source} has no key {secret.key}, only {has}"
    return ""


def _start_problem(topology: Topology, service: Service) -> str:
    stack = topology.stack
    definition = stack.of(service.definition, "AWS::ECS::TaskDefinition")
    if definition is None:
        return ""

    def problem() -> str:
        return next(start_problems(stack, service, definition), "")

    # All that the problems depend on of a service.
    return reused(stack, problem, definition, service.containers)


def _container_problem(topology: Topology, service: Service) -> str:
    # All that the problems depend on of a service.
    decisive = (service.definition, service.containers)

    def problem() -> str:
        return next(container_problems(topology, service), "")

    return reused(topology.stack, problem, *decisive)


def _assumed(topology: Topology, service: Service) -> Iterator[str]:
    stack = topology.stack
    for secret in service.start_secrets:
        if secret.source not in stack.resources:
            yield f"{secret.source} exists"
            continue
        source = stack.of(secret.source, "AWS::SecretsManager::Secret")
        if source and secret.key and keys_in(stack, source) is None:
            yield f"{secret.source} has a {secret.key}"
    for file in service.containers.files:
        yield f"the file {file} exists"
    for image in service.images:
        if repository := own_repository(stack, image):
            yield f"{repository.logical_id}, which is new and empty, has an image when tasks start"
    yield from container_conditions(topology, service)
    for group in service.log_groups:
        own = stack.of(group, "AWS::Logs::LogGroup")
        if own is None:
            yield f"the log group {group} exists"
        elif own.properties.text("LogGroupClass") == "DELIVERY":
            # "Use the Delivery log class only for delivering Lambda logs": botocore logs,
            # CreateLogGroup, logGroupClass.
            yield f"{group} takes logs of tasks: its class DELIVERY is for Lambda"
