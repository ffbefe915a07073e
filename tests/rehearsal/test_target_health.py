"""The health of a load balancer's targets, and services whose tasks never become healthy."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rehearsal import EmbeddedAws

_TEMPLATE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "templates" / "every_type.json").read_text()
)
_CLUSTER = "cluster-test"
# Longer than a health check and the draining of a target take here.
_WAIT_SECONDS = 5
_BREAKER = {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}}


@pytest.fixture(scope="module")
def deployed(running_aws: EmbeddedAws) -> Iterator[EmbeddedAws]:
    aws = replace(running_aws, account="210000000001")
    assert stacks.create(aws, _TEMPLATE).status == "CREATE_COMPLETE"
    yield aws
    stacks.delete(aws)


def test_targets_of_a_complete_service_are_healthy(deployed: EmbeddedAws) -> None:
    assert states(deployed) == ["healthy"] * 6


def test_replaced_task_drains_while_the_new_one_is_checked(deployed: EmbeddedAws) -> None:
    ecs = deployed.client("ecs", EAST)
    task = ecs.list_tasks(cluster=_CLUSTER)["taskArns"][0]

    # Long enough to be seen here on a busy machine.
    set_seconds(deployed, interval=300, delay=3600)
    ecs.stop_task(cluster=_CLUSTER, task=task)
    at_once = states(deployed)
    set_seconds(deployed, interval=5, delay=30)

    assert at_once == ["draining", "healthy", "healthy", "healthy", "healthy", "healthy", "initial"]
    await_states(deployed, ["healthy"] * 6)


def test_target_that_is_not_registered_is_unused(deployed: EmbeddedAws) -> None:
    (shown,) = describe(deployed, Targets=[{"Id": "10.0.0.250", "Port": 80}])

    assert shown["TargetHealth"] == {"State": "unused", "Reason": "Target.NotRegistered"}


def test_one_target_can_be_asked_for(deployed: EmbeddedAws) -> None:
    await_states(deployed, ["healthy"] * 6)
    target = describe(deployed)[0]["Target"]

    (shown,) = describe(deployed, Targets=[{"Id": target["Id"]}])

    assert shown["Target"] == target


def test_targets_in_a_zone_without_the_load_balancer_are_unused(deployed: EmbeddedAws) -> None:
    elbv2 = deployed.client("elbv2", EAST)
    (balancer,) = elbv2.describe_load_balancers()["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    subnets = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]

    elbv2.set_subnets(LoadBalancerArn=arn, Subnets=subnets[:2])
    unused = [one for one in describe(deployed) if one["TargetHealth"]["State"] == "unused"]
    elbv2.set_subnets(LoadBalancerArn=arn, Subnets=subnets)

    assert {one["Target"]["AvailabilityZone"] for one in unused} == {f"{EAST}c"}
    assert {one["TargetHealth"]["Reason"] for one in unused} == {"Target.NotInUse"}


def test_closed_security_group_makes_targets_unhealthy(deployed: EmbeddedAws) -> None:
    ec2 = deployed.client("ec2", EAST)
    named = [{"Name": "group-name", "Values": ["application-test"]}]
    (group,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    (pair,) = group["IpPermissions"][0]["UserIdGroupPairs"]
    sources = [{"GroupId": pair["GroupId"]}]
    opened = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": sources}
    rules = {"GroupId": group["GroupId"], "IpPermissions": [opened]}

    ec2.revoke_security_group_ingress(**rules)
    reasons = {one["TargetHealth"].get("Reason") for one in describe(deployed)}
    ec2.authorize_security_group_ingress(**rules)

    assert reasons == {"Target.Timeout"}
    assert states(deployed) == ["healthy"] * 6


@pytest.mark.parametrize(
    ("image", "reason", "exit_codes"),
    [
        ("nginx:missing", "CannotPullContainerError", {None}),
        ("nginx:exits", "Essential container in task exited", {1}),
    ],
)
def test_service_whose_tasks_stop_fails_the_stack(
    aws: EmbeddedAws, image: str, reason: str, exit_codes: set[int | None]
) -> None:
    template = changed(image=image, DeploymentConfiguration=_BREAKER)

    outcome = stacks.create(aws, template)

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert (
        "Resource handler returned message: \"Error occurred during operation 'ECS Deployment "
        "Circuit Breaker was triggered'.\""
    ) in outcome.failures["Service"]
    stopped = stopped_tasks(aws)
    assert all(reason in task["stoppedReason"] for task in stopped)
    assert {task["containers"][0].get("exitCode") for task in stopped} == exit_codes


def test_service_that_the_load_balancer_cannot_reach_fails_the_stack(aws: EmbeddedAws) -> None:
    template = changed(DeploymentConfiguration=_BREAKER)
    template["Resources"].pop("TasksIngress")

    outcome = stacks.create(aws, template)

    assert "Circuit Breaker was triggered" in outcome.failures["Service"]
    reasons = {task["stoppedReason"] for task in stopped_tasks(aws)}
    assert [reason.partition(" (")[0] for reason in reasons] == ["Task failed ELB health checks in"]


def test_without_a_circuit_breaker_the_service_does_not_stabilize(aws: EmbeddedAws) -> None:
    outcome = stacks.create(aws, changed(image="nginx:exits"))

    assert "did not stabilize." in outcome.failures["Service"]
    assert "HandlerErrorCode: NotStabilized" in outcome.failures["Service"]


def changed(*, image: str = "nginx", **properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    template: dict[str, Any] = json.loads(json.dumps(_TEMPLATE))
    resources = template["Resources"]
    resources["TaskDefinition"]["Properties"]["ContainerDefinitions"][0]["Image"] = image
    resources["Service"]["Properties"].update(properties)
    return template


def describe(aws: EmbeddedAws, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    elbv2 = aws.client("elbv2", EAST)
    group = elbv2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    answer = elbv2.describe_target_health(TargetGroupArn=group, **more)
    shown: list[dict[str, Any]] = answer["TargetHealthDescriptions"]
    return shown


def set_seconds(aws: EmbeddedAws, *, interval: int, delay: int) -> None:
    elbv2 = aws.client("elbv2", EAST)
    group = elbv2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    elbv2.modify_target_group(TargetGroupArn=group, HealthCheckIntervalSeconds=interval)
    attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": str(delay)}
    elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[attribute])


def states(aws: EmbeddedAws) -> list[str]:
    return sorted(one["TargetHealth"]["State"] for one in describe(aws))


def await_states(aws: EmbeddedAws, wanted: list[str]) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while (shown := states(aws)) != wanted:
        assert time.monotonic() < end, shown
        time.sleep(0.05)


def stopped_tasks(aws: EmbeddedAws) -> list[dict[str, Any]]:
    ecs = aws.client("ecs", EAST)
    arns = ecs.list_tasks(cluster=_CLUSTER, desiredStatus="STOPPED")["taskArns"]
    tasks: list[dict[str, Any]] = ecs.describe_tasks(cluster=_CLUSTER, tasks=arns)["tasks"]
    return tasks
