"""What scales a service: the limits that it ever has, and the CPU that is aimed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Fields

_DIMENSION = "ecs:service:DesiredCount"


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """The fewest and the most tasks that a target or one of its schedules asks for."""

    least: int
    most: int
    # The CPU that target tracking aims at, 0 without it.
    target_cpu_percent: float


def scaling_of(stack: Stack, service: Resource) -> Scaling | None:
    """Find the target that scales a service, by the cluster and the service in its ResourceId."""
    ids = _resource_ids(stack, service)
    for target in stack.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        fields = target.fields
        if fields.text("ScalableDimension") == _DIMENSION and fields.text("ResourceId") in ids:
            return _scaling(stack, target)
    return None


def _resource_ids(stack: Stack, service: Resource) -> set[str]:
    """Write service/CLUSTER/SERVICE in every way: by references, and by physical names.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    cluster = service.fields.identity("Cluster")
    found = stack.of(cluster, "AWS::ECS::Cluster")
    clusters = {cluster or "default", f"${{{cluster}}}"}
    if found:
        clusters |= {found.fields.text("ClusterName")}
    services = {f"${{{service.logical_id}.Name}}", service.fields.text("ServiceName")}
    return {f"service/{one}/{other}" for one in clusters for other in services if one and other}


def _scaling(stack: Stack, target: Resource) -> Scaling:
    fields = target.fields
    # A scheduled action sets limits of its own: PutScheduledAction, ScalableTargetAction.
    limits = [
        fields,
        *(action.child("ScalableTargetAction") for action in fields.children("ScheduledActions")),
    ]
    least = [int(limit.number("MinCapacity")) for limit in limits if "MinCapacity" in limit]
    most = [int(limit.number("MaxCapacity")) for limit in limits if "MaxCapacity" in limit]
    suspended = fields.child("SuspendedState")
    halted = suspended.flag("DynamicScalingInSuspended") or suspended.flag(
        "DynamicScalingOutSuspended"
    )
    return Scaling(
        least=min(least, default=0),
        most=max(most, default=0),
        target_cpu_percent=0 if halted else _target_cpu(stack, target),
    )


def _target_cpu(stack: Stack, target: Resource) -> float:
    for policy in stack.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracking = policy.fields.child("TargetTrackingScalingPolicyConfiguration")
        metric = tracking.child("PredefinedMetricSpecification").text("PredefinedMetricType")
        if _scales(policy.fields, target) and metric == "ECSServiceAverageCPUUtilization":
            return tracking.number("TargetValue")
    return 0


def _scales(policy: Fields, target: Resource) -> bool:
    """Tell whether a policy tracks a value for a target, named by its ID or by its resource."""
    named = policy.target("ScalingTargetId") == target.logical_id or (
        policy.text("ResourceId") == target.fields.text("ResourceId")
        and policy.text("ScalableDimension") == _DIMENSION
    )
    return named and policy.text("PolicyType") == "TargetTrackingScaling"
