from __future__ import annotations

from dataclasses import replace

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View


def test_there_are_always_six_tasks(template: View) -> None:
    target = template.only("AWS::ApplicationAutoScaling::ScalableTarget")

    assert (target["MinCapacity"], target["MaxCapacity"]) == (6, 6)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ServiceNamespace", "ecs"),
        ("ScalableDimension", "ecs:service:DesiredCount"),
        ("ResourceId", {"Fn::Sub": "service/${Cluster}/${Service.Name}"}),
    ],
    ids=["namespace", "dimension", "service"],
)
def test_scalable_target_is_the_services_number_of_tasks(
    template: View, name: str, value: object
) -> None:
    target = template.only("AWS::ApplicationAutoScaling::ScalableTarget")

    assert target[name] == value


def test_policy_scales_the_number_of_tasks(template: View) -> None:
    policy = template.only("AWS::ApplicationAutoScaling::ScalingPolicy")

    assert policy["ScalingTargetId"] == {"Ref": "ScalableTarget"}


def test_policy_tracks_a_target(template: View) -> None:
    policy = template.only("AWS::ApplicationAutoScaling::ScalingPolicy")

    assert policy["PolicyType"] == "TargetTrackingScaling"


def test_policy_tracks_the_cpu_of_the_service(template: View) -> None:
    policy = template.only("AWS::ApplicationAutoScaling::ScalingPolicy")

    tracked = policy["TargetTrackingScalingPolicyConfiguration"]

    metric = "ECSServiceAverageCPUUtilization"
    assert tracked == {
        "TargetValue": 75,
        "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
    }


def test_production_scales_between_two_numbers(production: View) -> None:
    target = production.only("AWS::ApplicationAutoScaling::ScalableTarget")

    assert (target["MinCapacity"], target["MaxCapacity"]) == (9, 18)


# CloudFormation would set the number at every update, also while more tasks carry the load.
def test_update_keeps_the_number_of_tasks_that_scaling_chose(production: View) -> None:
    assert "DesiredCount" not in production.properties("Service")


def test_range_of_one_number_is_no_scaling() -> None:
    view = View.of(build_template(replace(PROFILES["standard"], most_tasks=6)))

    assert view.properties("Service")["DesiredCount"] == 6
