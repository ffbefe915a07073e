"""The tasks of an ECS service: how many, in which zones, and what each needs to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Fields
    from payment_templates.evidence.topology.network import Network


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service, its tasks by zone, and the limits within which their number moves."""

    logical_id: str
    desired: int
    least: int
    most: int
    minimum_healthy_percent: float
    maximum_percent: float
    # The CPU that target tracking aims at, 0 without it.
    target_cpu_percent: float
    balanced: bool
    public: bool
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    port: int
    tasks_by_zone: dict[str, int]
    # What a task must reach to start: ecr.api, ecr.dkr, s3, secretsmanager, logs, or a registry.
    needs: tuple[str, ...]
    target_groups: tuple[str, ...]
    circuit_breaker: bool


def read_services(stack: Stack, network: Network) -> tuple[Service, ...]:
    """Read every service, with the scaling that moves it and the task definition that it runs."""
    return tuple(
        _service(stack, network, service) for service in stack.of_type("AWS::ECS::Service")
    )


def _service(stack: Stack, network: Network, service: Resource) -> Service:
    fields = service.fields
    desired = fields.whole("DesiredCount", 1)
    wiring = fields.child("NetworkConfiguration").child("AwsvpcConfiguration")
    deployment = fields.child("DeploymentConfiguration")
    breaker = deployment.child("DeploymentCircuitBreaker")
    scaling = _scaling(stack, service.logical_id)
    zones = network.zones_of(wiring.targets("Subnets"))
    definition = stack.of(fields.target("TaskDefinition"), "AWS::ECS::TaskDefinition")
    return Service(
        logical_id=service.logical_id,
        desired=desired,
        least=int(scaling.fields.number("MinCapacity")) if scaling else desired,
        most=int(scaling.fields.number("MaxCapacity")) if scaling else desired,
        # ECS's own defaults of a replica service: CreateService, deploymentConfiguration.
        minimum_healthy_percent=deployment.number("MinimumHealthyPercent", 100),
        maximum_percent=deployment.number("MaximumPercent", 200),
        target_cpu_percent=_target_cpu(stack, scaling.logical_id if scaling else ""),
        # A new service is balanced by default: CreateService, availabilityZoneRebalancing.
        balanced=fields.text("AvailabilityZoneRebalancing") != "DISABLED",
        public=wiring.text("AssignPublicIp") == "ENABLED",
        subnets=wiring.targets("Subnets"),
        security_groups=wiring.targets("SecurityGroups"),
        port=next((group.whole("ContainerPort") for group in fields.children("LoadBalancers")), 0),
        tasks_by_zone={
            zone: desired // len(zones) + (index < desired % len(zones))
            for index, zone in enumerate(zones)
        },
        needs=_needs(definition.fields) if definition else (),
        target_groups=tuple(
            group.target("TargetGroupArn") for group in fields.children("LoadBalancers")
        ),
        circuit_breaker=breaker.flag("Enable") and breaker.flag("Rollback"),
    )


def _scaling(stack: Stack, service: str) -> Resource | None:
    """Find the target that scales a service: its ResourceId names the service."""
    return next(
        (
            scaling
            for scaling in stack.of_type("AWS::ApplicationAutoScaling::ScalableTarget")
            if f"${{{service}.Name}}" in scaling.fields.text("ResourceId")
        ),
        None,
    )


def _target_cpu(stack: Stack, scaling: str) -> float:
    policies = (
        policy.fields.child("TargetTrackingScalingPolicyConfiguration")
        for policy in stack.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")
        if scaling and policy.fields.target("ScalingTargetId") == scaling
    )
    return next(
        (
            policy.number("TargetValue")
            for policy in policies
            if policy.child("PredefinedMetricSpecification").text("PredefinedMetricType")
            == "ECSServiceAverageCPUUtilization"
        ),
        0,
    )


def _needs(definition: Fields) -> tuple[str, ...]:
    """List what Fargate reaches before a container runs.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """
    needs: list[str] = []
    for container in definition.children("ContainerDefinitions"):
        image = container.text("Image")
        from_ecr = ".dkr.ecr." in image
        needs += ["ecr.api", "ecr.dkr", "s3"] if from_ecr else [f"registry of {image}"]
        for secret in container.children("Secrets"):
            parameter = ":ssm:" in secret.text("ValueFrom")
            needs.append("ssm" if parameter else "secretsmanager")
        if container.child("LogConfiguration").text("LogDriver") == "awslogs":
            needs.append("logs")
    return tuple(dict.fromkeys(needs))
