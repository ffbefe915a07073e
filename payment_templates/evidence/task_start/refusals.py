"""Finds the task definitions and services of a stack that ECS refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.fargate import fargate_refusals
from payment_templates.evidence.task_start.registration import registration_refusals
from payment_templates.evidence.task_start.service_refusals import service_refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


def ecs_refusals(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each task definition and service of a stack that ECS refuses."""
    on_fargate = {service.definition for service in topology.services if service.on_fargate}
    for definition in topology.stack.of_type("AWS::ECS::TaskDefinition"):
        fargate = definition.logical_id in on_fargate
        yield from _of_definition(topology.stack, definition, fargate=fargate)
    for service in topology.services:
        yield from _of_service(topology.stack, service)


def start_refusals(topology: Topology, service: Service) -> Iterator[str]:
    """Yield a sentence for each reason why ECS refuses a service or its task definition."""
    definition = topology.stack.of(service.definition, "AWS::ECS::TaskDefinition")
    if definition:
        yield from _of_definition(topology.stack, definition, fargate=service.on_fargate)
    yield from _of_service(topology.stack, service)


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


def _of_service(stack: Stack, service: Service) -> tuple[str, ...]:
    def refused() -> tuple[str, ...]:
        return tuple(service_refusals(stack, service))

    return reused(stack, refused, service)
