"""The health of a load balancer's targets, and services whose tasks never become healthy."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from payment_templates.rehearsal import EmbeddedAws

_TEMPLATE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "templates" / "every_type.json").read_text()
)
_CLUSTER = "cluster-test"
# Longer than a health check and the draining of a target take here.
_WAIT_SECONDS = 5
# Of the template.
_DELAY = 30
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

    # Ten failed checks take 30 seconds here: long enough to be seen on a busy machine.
    with settings(deployed, interval=300, failed=10, delay=3600), closed(deployed):
        ecs.stop_task(cluster=_CLUSTER, task=task)
        await_states(deployed, ["draining", *["healthy"] * 5, "initial"])

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
    try:
        unused = [one for one in describe(deployed) if one["TargetHealth"]["State"] == "unused"]
    finally:
        elbv2.set_subnets(LoadBalancerArn=arn, Subnets=subnets)

    assert {one["Target"]["AvailabilityZone"] for one in unused} == {f"{EAST}c"}
    assert {one["TargetHealth"]["Reason"] for one in unused} == {"Target.NotInUse"}


def test_closed_security_group_makes_targets_unhealthy_after_a_while(deployed: EmbeddedAws) -> None:
    await_states(deployed, ["healthy"] * 6)

    with closed(deployed):
        closing = await_states(deployed, ["unhealthy"] * 6)
        reasons = {one["TargetHealth"].get("Reason") for one in describe(deployed)}
    opening = await_states(deployed, ["healthy"] * 6)

    assert reasons == {"Target.Timeout"}
    assert closing[0] == ["healthy"] * 6
    assert opening[0] == ["unhealthy"] * 6
    assert "initial" not in {state for shown in (*closing, *opening) for state in shown}


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
    # It exists, so its event has its ID.
    events = aws.client("cloudformation", EAST).get_paginator("describe_stack_events")
    ids = [
        event["PhysicalResourceId"].rpartition("/")[2]
        for page in events.paginate(StackName="payment")
        for event in page["StackEvents"]
        if event["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert ids == ["service-test"]


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


@contextmanager
def settings(aws: EmbeddedAws, *, interval: int, failed: int, delay: int) -> Generator[None]:
    """Change the health checks and the draining of the target group until the block ends."""
    elbv2 = aws.client("elbv2", EAST)
    (group,) = elbv2.describe_target_groups()["TargetGroups"]
    arn = group["TargetGroupArn"]

    def change(interval: int, failed: int, delay: int) -> None:
        elbv2.modify_target_group(
            TargetGroupArn=arn, HealthCheckIntervalSeconds=interval, UnhealthyThresholdCount=failed
        )
        attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": str(delay)}
        elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[attribute])

    change(interval, failed, delay)
    try:
        yield
    finally:
        change(group["HealthCheckIntervalSeconds"], group["UnhealthyThresholdCount"], _DELAY)


@contextmanager
def closed(aws: EmbeddedAws) -> Generator[None]:
    """Close the tasks' security group to the load balancer until the block ends."""
    ec2 = aws.client("ec2", EAST)
    named = [{"Name": "group-name", "Values": ["application-test"]}]
    (group,) = ec2.describe_security_groups(Filters=named)["SecurityGroups"]
    (pair,) = group["IpPermissions"][0]["UserIdGroupPairs"]
    sources = [{"GroupId": pair["GroupId"]}]
    opened = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": sources}
    rules = {"GroupId": group["GroupId"], "IpPermissions": [opened]}
    ec2.revoke_security_group_ingress(**rules)
    try:
        yield
    finally:
        ec2.authorize_security_group_ingress(**rules)


def states(aws: EmbeddedAws) -> list[str]:
    return sorted(one["TargetHealth"]["State"] for one in describe(aws))


def await_states(aws: EmbeddedAws, wanted: list[str]) -> list[list[str]]:
    """Wait for the states of all targets; returns all that were shown on the way."""
    end = time.monotonic() + _WAIT_SECONDS
    seen = [states(aws)]
    while seen[-1] != wanted:
        assert time.monotonic() < end, seen[-1]
        time.sleep(0.05)
        seen.append(states(aws))
    return seen


def stopped_tasks(aws: EmbeddedAws) -> list[dict[str, Any]]:
    ecs = aws.client("ecs", EAST)
    arns = ecs.list_tasks(cluster=_CLUSTER, desiredStatus="STOPPED")["taskArns"]
    tasks: list[dict[str, Any]] = ecs.describe_tasks(cluster=_CLUSTER, tasks=arns)["tasks"]
    return tasks
