"""Reads ECS services: number of tasks, zones, deployment limits, and what a task needs to start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties, Unknown, UnknownValueError
from payment_templates.evidence.reuse import interned, number_of, reused
from payment_templates.evidence.topology.compute.capacity_providers import (
    runs_on_fargate,
    strategy_of,
)
from payment_templates.evidence.topology.compute.containers import containers_of
from payment_templates.evidence.topology.compute.scaling import scaling_of
from payment_templates.evidence.topology.network.security_groups import groups_or_default
from payment_templates.evidence.topology.network.subnets import read_network

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology.compute.containers import Containers, TaskSecret
    from payment_templates.evidence.topology.network.subnets import Network


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A container port that a service registers with a target group."""

    container: str
    port: int
    target_group: str


# Compared by identity: stacks share equal services.
@dataclass(frozen=True, kw_only=True, eq=False)
class Service:
    """An ECS service with its task definition, its tasks by zone and its scaling limits."""

    logical_id: str
    desired: int
    least: int
    most: int
    minimum_healthy_percent: float
    maximum_percent: float
    # How long ECS ignores failed health checks of a new task.
    grace_seconds: float
    # The CPU utilization that target tracking maintains; 0 without target tracking.
    target_cpu_percent: float
    balanced: bool
    public: bool
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    mappings: tuple[Mapping, ...]
    # The zones of its subnets.
    zones: tuple[str, ...]
    # Whether each of its subnets is in the template.
    shows_subnets: bool
    # What the task definition says of the containers.
    containers: Containers
    # The logical ID of the execution role, or else its ARN; empty without one.
    execution_role: str
    # The logical ID of the task definition, or else its ARN or name; empty without one.
    definition: str
    # False if it has no task definition, or one in the template without containers.
    runs: bool
    circuit_breaker: bool
    # Whether the template states that its tasks run on Fargate.
    on_fargate: bool
    # Whether tasks may run on Fargate Spot, which AWS can stop with a two-minute warning.
    on_spot: bool
    # Equal for services whose tasks start alike.
    start: int = 0

    @property
    def fewest_healthy(self) -> int:
        """The minimum number of healthy tasks during a deployment, rounded up.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
        """
        return ceil(round(self.desired * self.minimum_healthy_percent / 100, 9))

    @property
    def most_running(self) -> int:
        """The maximum number of tasks during a deployment, rounded down."""
        return floor(round(self.desired * self.maximum_percent / 100, 9))

    @property
    def tasks_by_zone(self) -> dict[str, int]:
        """The tasks that it wants in each zone; raises UnknownValueError like `known_subnets`."""
        return _spread(self.desired, self.zones if self.known_subnets else ())

    @property
    def known_subnets(self) -> tuple[str, ...]:
        """The subnets of its tasks.

        Raises UnknownValueError for subnets outside the template, and for tasks that may run in the
        subnets of EC2 instances: only with the network mode awsvpc do tasks have their own.

        """
        if not self.shows_subnets:
            reason = f"{self.logical_id} runs in subnets that are not in the template"
            raise UnknownValueError("", Unknown(reason=reason))
        if not self.subnets and not self.on_fargate:
            reason = f"{self.logical_id} names no subnet: its instances decide where its tasks run"
            raise UnknownValueError("", Unknown(reason=reason))
        return self.subnets

    @property
    def needs(self) -> tuple[str, ...]:
        """What a task must reach to start: ecr.api, ecr.dkr, s3, logs, or another registry."""
        return self.containers.needs

    @property
    def ports(self) -> dict[str, tuple[int, ...]]:
        """The ports of each container, by container name."""
        return self.containers.ports

    @property
    def environment(self) -> tuple[tuple[str, str, str], ...]:
        """Container, name and value of every environment variable."""
        return self.containers.environment

    @property
    def images(self) -> tuple[str, ...]:
        """The image of each container."""
        return self.containers.images

    @property
    def secrets(self) -> tuple[TaskSecret, ...]:
        """The secrets and parameters that the containers get."""
        return self.containers.secrets

    @property
    def start_secrets(self) -> tuple[TaskSecret, ...]:
        """All secrets that a task needs to start: of its containers, log drivers and registries."""
        return (*self.containers.secrets, *self.containers.credentials)

    @property
    def log_groups(self) -> tuple[str, ...]:
        """The logical ID of each log group of the containers, or else its name."""
        return self.containers.log_groups

    @property
    def target_groups(self) -> tuple[str, ...]:
        """The target groups in which the tasks are registered."""
        return tuple(mapping.target_group for mapping in self.mappings)


# Cached, because readers ask for the tasks of each service again and again.
@cache
def _spread(tasks: int, zones: tuple[str, ...]) -> dict[str, int]:
    return {
        zone: tasks // len(zones) + (index < tasks % len(zones)) for index, zone in enumerate(zones)
    }


def read_services(stack: Stack) -> tuple[Service, ...]:
    """Read every service, with its scaling and its task definition."""
    # Read first, even without services: an unknown network leaves them unknown.
    read_network(stack)
    return interned(
        stack, tuple(_read(stack, service) for service in stack.of_type("AWS::ECS::Service"))
    )


def _read(stack: Stack, service: StackResource) -> Service:
    def read() -> Service:
        found = _service(stack, read_network(stack), service)
        found = replace(found, start=number_of(stack, _start_of(found)))
        return interned(stack, found, *vars(found).values())

    return reused(stack, read, service)


def _start_of(service: Service) -> tuple[object, ...]:
    """Return all that decides whether a service's tasks can start."""
    return (
        *(service.public, service.subnets, service.security_groups, service.shows_subnets),
        *(service.on_fargate, service.containers.start, service.execution_role),
        service.runs or service.logical_id,
    )


def _service(stack: Stack, network: Network, service: StackResource) -> Service:
    fields = service.properties
    wiring = fields.child("NetworkConfiguration").child("AwsvpcConfiguration")
    deployment = fields.child("DeploymentConfiguration")
    breaker = deployment.child("DeploymentCircuitBreaker")
    scaling = scaling_of(stack, service)
    desired = fields.whole("DesiredCount")
    if scaling and scaling.least < scaling.most:
        # "It changes the resource's current capacity to a value that is inside of this range":
        # botocore application-autoscaling, RegisterScalableTarget.
        desired = max(desired, scaling.least)
    zones = network.zones_of(wiring.targets("Subnets"))
    definition = stack.of(fields.target("TaskDefinition"), "AWS::ECS::TaskDefinition")
    task = definition.properties if definition else Properties(place=fields.place, entries={})
    role = stack.find(task.get("ExecutionRoleArn"), "AWS::IAM::Role")
    providers = {item.text("CapacityProvider") for item in strategy_of(stack, fields)}
    return Service(
        logical_id=service.logical_id,
        desired=desired,
        least=scaling.least if scaling else desired,
        most=scaling.most if scaling else desired,
        minimum_healthy_percent=deployment.number("MinimumHealthyPercent"),
        maximum_percent=deployment.number("MaximumPercent"),
        grace_seconds=fields.number("HealthCheckGracePeriodSeconds"),
        target_cpu_percent=scaling.target_cpu_percent if scaling else 0,
        balanced=fields.text("AvailabilityZoneRebalancing") == "ENABLED",
        public=wiring.text("AssignPublicIp") == "ENABLED",
        subnets=wiring.targets("Subnets"),
        security_groups=groups_or_default(wiring, "SecurityGroups"),
        mappings=tuple(
            Mapping(
                container=mapping.text("ContainerName"),
                port=mapping.whole("ContainerPort"),
                target_group=mapping.target("TargetGroupArn"),
            )
            for mapping in fields.children("LoadBalancers")
        ),
        zones=zones,
        shows_subnets=len(wiring.targets("Subnets")) == len(wiring.values("Subnets")),
        containers=containers_of(stack, definition),
        execution_role=role.logical_id if role else task.text("ExecutionRoleArn"),
        definition=fields.identity("TaskDefinition"),
        runs="TaskDefinition" in fields
        and (definition is None or bool(task.children("ContainerDefinitions"))),
        on_fargate=runs_on_fargate(stack, fields),
        on_spot="FARGATE_SPOT" in providers,
        circuit_breaker=breaker.flag("Enable") and breaker.flag("Rollback"),
    )
