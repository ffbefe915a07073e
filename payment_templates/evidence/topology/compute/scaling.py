"""Reads the auto scaling of a service: its capacity limits and its CPU target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

_DIMENSION = "ecs:service:DesiredCount"


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """The lowest and highest capacity of a scalable target, including its scheduled actions."""

    least: int
    most: int
    # The CPU utilization that target tracking maintains; 0 without target tracking.
    target_cpu_percent: float


def scaling_of(stack: Stack, service: StackResource) -> Scaling | None:
    """Return the scaling of a service, None without a scalable target whose ResourceId names it."""
    ids = _resource_ids(stack, service)
    for target in stack.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        fields = target.properties
        if fields.text("ScalableDimension") == _DIMENSION and fields.text("ResourceId") in ids:
            return _scaling(stack, target)
    return None


def _resource_ids(stack: Stack, service: StackResource) -> set[str]:
    """Return every form of service/CLUSTER/SERVICE: with references and with physical names.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    found = stack.find(service.properties.get("Cluster"), "AWS::ECS::Cluster")
    if found:
        clusters = {f"${{{found.logical_id}}}", found.properties.text("ClusterName")}
    else:
        clusters = {service.properties.text("Cluster") or "default"}
    services = {f"${{{service.logical_id}.Name}}", service.properties.text("ServiceName")}
    return {f"service/{one}/{other}" for one in clusters for other in services if one and other}


def _scaling(stack: Stack, target: StackResource) -> Scaling:
    fields = target.properties
    # A scheduled action sets its own limits: PutScheduledAction, ScalableTargetAction.
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


def _target_cpu(stack: Stack, target: StackResource) -> float:
    for policy in stack.of_type("AWS::ApplicationAutoScaling::ScalingPolicy"):
        tracking = policy.properties.child("TargetTrackingScalingPolicyConfiguration")
        metric = tracking.child("PredefinedMetricSpecification").text("PredefinedMetricType")
        if _scales(policy.properties, target) and metric == "ECSServiceAverageCPUUtilization":
            return tracking.number("TargetValue")
    return 0


def _scales(policy: Properties, target: StackResource) -> bool:
    """Return whether a target tracking policy belongs to a scalable target."""
    named = policy.target("ScalingTargetId") == target.logical_id or (
        policy.text("ResourceId") == target.properties.text("ResourceId")
        and policy.text("ScalableDimension") == _DIMENSION
    )
    return named and policy.text("PolicyType") == "TargetTrackingScaling"
