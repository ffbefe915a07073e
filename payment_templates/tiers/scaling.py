"""Adds auto scaling of the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import Sub
from troposphere import applicationautoscaling as scaling

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.scope import Scope

    from .compute import Compute

NAMESPACE = "ecs"
DIMENSION = "ecs:service:DesiredCount"


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """The scalable target and its policy."""

    target: scaling.ScalableTarget
    policy: scaling.ScalingPolicy


def add_scaling(scope: Scope, *, compute: Compute) -> Scaling:
    """Add the scalable target and its policy; without a range, minimum and maximum are equal."""
    service = Sub(f"service/${{{compute.cluster.title}}}/${{{compute.service.title}.Name}}")
    target = scope.add(
        scaling.ScalableTarget(
            "ScalableTarget",
            ServiceNamespace=NAMESPACE,
            ScalableDimension=DIMENSION,
            ResourceId=service,
            MinCapacity=scope.options.tasks,
            MaxCapacity=scope.options.most_tasks or scope.options.tasks,
            Tags=naming.tags("tasks"),
        )
    )
    policy = scope.add(
        scaling.ScalingPolicy(
            "ScalingPolicy",
            PolicyName=naming.physical_name("AWS::ApplicationAutoScaling::ScalingPolicy", "cpu"),
            PolicyType="TargetTrackingScaling",
            ScalingTargetId=target.ref(),
            TargetTrackingScalingPolicyConfiguration=(
                scaling.TargetTrackingScalingPolicyConfiguration(
                    TargetValue=scope.options.target_cpu_percent,
                    PredefinedMetricSpecification=scaling.PredefinedMetricSpecification(
                        PredefinedMetricType="ECSServiceAverageCPUUtilization"
                    ),
                )
            ),
        )
    )
    return Scaling(target=target, policy=policy)
