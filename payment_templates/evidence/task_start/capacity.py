"""Decides whether a service has capacity for its tasks: Fargate or EC2 instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.task_start.fargate import platform_problems
from payment_templates.evidence.task_start.refusals import start_refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

# Types that can register container instances with a cluster.
_INSTANCES = (
    *("AWS::AutoScaling::AutoScalingGroup", "AWS::CloudFormation::Stack", "AWS::EC2::EC2Fleet"),
    *("AWS::EC2::Instance", "AWS::EC2::SpotFleet", "AWS::ECS::CapacityProvider"),
)


def capacity_problems(topology: Topology, service: Service) -> Iterator[str]:
    """Yield why tasks have no capacity: ECS refuses them, or there is no EC2 instance."""
    stack = topology.stack
    definition = stack.of(service.definition, "AWS::ECS::TaskDefinition")
    yield from start_refusals(stack, stack.resources[service.logical_id])
    if service.on_fargate and definition:
        yield from platform_problems(stack.resources[service.logical_id], definition)
    if _has_no_instance(stack, service):
        yield f"{service.logical_id} needs EC2 instances: the template has none for its cluster"


def _has_no_instance(stack: Stack, service: Service) -> bool:
    """Return whether a service needs EC2 instances in a cluster of the stack that has none.

    CreateService, launchType: a service without one may use its cluster's default.
    """
    fields = stack.resources[service.logical_id].properties
    asks = fields.text("LaunchType") == "EC2"
    cluster = stack.find(fields.get("Cluster"), "AWS::ECS::Cluster") if asks else None
    return cluster is not None and not any(stack.of_type(*_INSTANCES))
