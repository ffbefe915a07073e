"""Finds the task definitions and services of a stack that ECS refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.fargate import fargate_refusals
from payment_templates.evidence.task_start.registration import registration_refusals
from payment_templates.evidence.task_start.service_refusals import service_refusals
from payment_templates.evidence.topology.compute.capacity_providers import runs_on_fargate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource


def ecs_refusals(stack: Stack) -> Iterator[str]:
    """Yield a sentence for each task definition and service of a stack that ECS refuses."""
    services = tuple(stack.of_type("AWS::ECS::Service"))
    on_fargate = {
        service.properties.target("TaskDefinition")
        for service in services
        if runs_on_fargate(stack, service.properties)
    }
    for definition in stack.of_type("AWS::ECS::TaskDefinition"):
        yield from _of_definition(stack, definition, fargate=definition.logical_id in on_fargate)
    for service in services:
        yield from _of_service(stack, service)


def start_refusals(stack: Stack, service: StackResource) -> Iterator[str]:
    """Yield a sentence for each reason why ECS refuses a service or its task definition."""
    fields = service.properties
    definition = stack.of(fields.target("TaskDefinition"), "AWS::ECS::TaskDefinition")
    if definition:
        yield from _of_definition(stack, definition, fargate=runs_on_fargate(stack, fields))
    yield from _of_service(stack, service)


def _of_definition(stack: Stack, definition: StackResource, *, fargate: bool) -> tuple[str, ...]:
    def refused() -> tuple[str, ...]:
        # RegisterTaskDefinition, requiresCompatibilities: "the task launch type that Amazon ECS
        # should validate the task definition against".
        asked = "FARGATE" in definition.properties.texts("RequiresCompatibilities")
        return (
            *registration_refusals(definition),
            *(fargate_refusals(definition) if fargate or asked else ()),
        )

    return reused(stack, refused, definition, fargate)


def _of_service(stack: Stack, service: StackResource) -> tuple[str, ...]:
    def refused() -> tuple[str, ...]:
        return tuple(service_refusals(stack, service))

    return reused(stack, refused, service)
