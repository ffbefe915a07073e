"""Finds what a service needs before its first task: listeners, instances, logs and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.order.needs import Need
from payment_templates.facts.creation_order import (
    DEPENDS_ON,
    ECS_SERVICE,
    TASK_LOGS,
    TASK_SECRETS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.deployment.order.needs import Order
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

_SERVICE = "AWS::ECS::Service"
_MACHINES = ("AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance")
_LAUNCHES = ("AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::LaunchTemplate")
_PROVIDERS = "AWS::ECS::ClusterCapacityProviderAssociations"
_LISTENING = (
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
)


def listener_needs(stack: Stack, _order: Order) -> Iterator[Need]:
    """Yield the listeners and rules that forward to each service's target groups."""
    groups: dict[str, list[str]] = {}
    for resource in stack.of_type(*_LISTENING):
        for name in stack.dependencies.direct[resource.logical_id]:
            groups.setdefault(name, []).append(resource.logical_id)
    for service in stack.of_type(_SERVICE):
        for registered in service.properties.children("LoadBalancers"):
            group = registered.target("TargetGroupArn")
            forwarding = groups.get(group, [])
            if group and forwarding:
                yield Need(
                    waits=service.logical_id,
                    needed=tuple(forwarding),
                    why=f"ECS accepts {group} only after a load balancer uses it",
                    source=ECS_SERVICE,
                    one_is_enough=True,
                )


def capacity_needs(stack: Stack, _order: Order) -> Iterator[Need]:
    """Yield the EC2 instances or capacity providers that each service's tasks run on."""
    machines, providers = stack.of_type(*_MACHINES), stack.of_type(_PROVIDERS)
    for service in stack.of_type(_SERVICE) if machines or providers else ():
        fields = service.properties
        cluster = fields.target("Cluster")
        if not cluster or fields.text("LaunchType") == "FARGATE":
            continue
        if "CapacityProviderStrategy" not in fields:
            why = "its tasks run on these instances"
            for machine in machines:
                name = machine.logical_id
                if _joins(stack, name, cluster):
                    yield Need(waits=service.logical_id, needed=(name,), why=why, source=DEPENDS_ON)
        if "LaunchType" in fields:
            continue
        why = f"{cluster} gets its capacity providers from it"
        for provider in providers:
            name = provider.logical_id
            if provider.properties.target("Cluster") == cluster:
                yield Need(waits=service.logical_id, needed=(name,), why=why, source=ECS_SERVICE)


def _joins(stack: Stack, machine: str, cluster: str) -> bool:
    """Return whether an instance, or its launch template, refers to a cluster."""
    direct = stack.dependencies.direct
    launched = (name for name in direct[machine] if stack.of(name, *_LAUNCHES))
    return cluster in direct[machine] or any(cluster in direct[name] for name in launched)


def source_needs(
    topology: Topology, services: tuple[Service, ...], _order: Order
) -> Iterator[Need]:
    """Yield the log groups, secrets and parameters that each service's tasks use."""
    stack = topology.stack
    for service in services:
        for group in service.log_groups:
            if group in stack.resources:
                why = "a task starts only when its log group exists"
                yield Need(waits=service.logical_id, needed=(group,), why=why, source=TASK_LOGS)
        for name in sources_of(stack, service):
            why = "a task starts only with its secrets and parameters"
            yield Need(waits=service.logical_id, needed=(name,), why=why, source=TASK_SECRETS)


def sources_of(stack: Stack, service: Service) -> tuple[str, ...]:
    """Return the secrets and parameters of the stack that tasks read, by reference or by name."""
    kinds = ("AWS::SecretsManager::Secret", "AWS::SSM::Parameter")
    found = (
        secret.source
        if secret.source in stack.resources
        else stack.logical_id(secret.source, *kinds)
        for secret in service.secrets
    )
    return tuple(dict.fromkeys(name for name in found if name))
