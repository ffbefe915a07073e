from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

TASKS_OF_A_SERVICE = "ecs:service:DesiredCount"


def test_minimum_and_maximum_are_those_of_the_profile(stack: Stack) -> None:
    (target,) = scalable_targets(stack)

    profile = stack.profile
    assert (target["MinCapacity"], target["MaxCapacity"]) == (profile.tasks, profile.most_tasks)


def test_scaling_changes_the_desired_count_of_the_service(stack: Stack) -> None:
    (target,) = scalable_targets(stack)

    assert target["ScalableDimension"] == TASKS_OF_A_SERVICE


def test_scaling_is_not_suspended(stack: Stack) -> None:
    (target,) = scalable_targets(stack)

    assert not any(target.get("SuspendedState", {}).values())


def test_one_policy_tracks_a_target(stack: Stack) -> None:
    (policy,) = scaling_policies(stack)

    assert policy["PolicyType"] == "TargetTrackingScaling"
    assert policy["ScalableDimension"] == TASKS_OF_A_SERVICE


def test_tracked_target_is_the_cpu_of_the_service(stack: Stack) -> None:
    (policy,) = scaling_policies(stack)

    tracked = policy["TargetTrackingScalingPolicyConfiguration"]

    metric = tracked["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert metric == "ECSServiceAverageCPUUtilization"
    assert tracked["TargetValue"] == stack.profile.target_cpu_percent


@pytest.mark.real_aws("the alarms that Application Auto Scaling creates for a policy")
def test_policy_has_an_alarm_for_each_direction(stack: Stack) -> None:
    (policy,) = scaling_policies(stack)

    assert len(policy["Alarms"]) == 2


def scalable_targets(stack: Stack) -> list[Json]:
    answer = stack.ask(
        "application-autoscaling",
        "describe_scalable_targets",
        ServiceNamespace="ecs",
        ResourceIds=[resource_id(stack)],
    )
    targets: list[Json] = answer["ScalableTargets"]
    return targets


def scaling_policies(stack: Stack) -> list[Json]:
    answer = stack.ask(
        "application-autoscaling",
        "describe_scaling_policies",
        ServiceNamespace="ecs",
        ResourceId=resource_id(stack),
    )
    policies: list[Json] = answer["ScalingPolicies"]
    return policies


def resource_id(stack: Stack) -> str:
    return f"service/{stack.outputs['ClusterName']}/{stack.outputs['ServiceName']}"
