"""The cause of a failure, down to the last log line of the task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from payment_templates.rollout.cause import find_cause, first_failure
from payment_templates.rollout.cause.hints import hint_for
from payment_templates.rollout.progress.events import Event

if TYPE_CHECKING:
    from botocore.stub import Stubber

EAST = "us-east-1"
_ADDRESS_IN_USE = "You do not have permission to access the specified resource"
_SERVICE = f"arn:aws:ecs:{EAST}:123456789012:service/payment-cluster/payment-service"
_TASK = f"arn:aws:ecs:{EAST}:123456789012:task/payment-cluster/0123abcd"
_DEFINITION = f"arn:aws:ecs:{EAST}:123456789012:task-definition/payment:1"


def test_cause_of_a_service_ends_with_the_last_log_lines_of_its_task(
    ecs: Stubber, logs: Stubber
) -> None:
    _stub_a_stopped_task(ecs)
    lines: list[Any] = [{"message": "cannot reach payment-db\n"}, {"message": "giving up"}]
    logs.add_response(
        "get_log_events",
        {"events": lines},
        {"logGroupName": "/ecs/payment", "logStreamName": "app/web/0123abcd", "limit": 5},
    )

    cause = find_cause(boto3.Session(), EAST, _failure(_SERVICE))

    assert cause.details == (
        "service: unable to place a task",
        "task stopped: Essential container in task exited",
        "container web: exit code 3",
        "log: cannot reach payment-db",
        "log: giving up",
    )
    assert cause.hint == "the container exits by itself: its log lines say why"


def test_task_without_log_lines_is_reported(ecs: Stubber, logs: Stubber) -> None:
    _stub_a_stopped_task(ecs)
    logs.add_client_error("get_log_events", "ResourceNotFoundException")

    cause = find_cause(boto3.Session(), EAST, _failure(_SERVICE))

    assert cause.details[-1] == "container web: exit code 3"


def test_unreadable_service_is_reported_with_the_error(ecs: Stubber) -> None:
    ecs.add_client_error("describe_services", "AccessDeniedException", "not authorized")

    cause = find_cause(boto3.Session(), EAST, _failure(_SERVICE))

    assert cause.reason == "it did not stabilize"
    assert "could not be queried" in cause.details[0]


def test_first_failure_ignores_cancellations() -> None:
    cancelled = _event("Vpc", "CREATE_FAILED", "Resource creation cancelled")
    failed = _event("TaskRole", "CREATE_FAILED", "payment-task already exists")
    of_stack = _event("payment", "CREATE_FAILED", "The following resources failed")

    assert first_failure([cancelled, failed, of_stack]) is failed


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("CannotPullContainerError: x: not found", "the image does not exist"),
        ("CannotPullContainerError: i/o timeout", "the registry cannot be reached"),
        ("CannotPullContainerError: 403 Forbidden", "access to the image is denied"),
        ("CannotPullContainerError: toomanyrequests: Rate exceeded", "the registry limits"),
        (
            "CannotPullContainerError: failed to find a descriptor for platform {linux/amd64}",
            "another processor",
        ),
        ("OutOfMemoryError: Container killed due to memory usage", "more memory"),
        ("ResourceInitializationError: secret: AccessDeniedException", "may not read its secret"),
        ("ResourceInitializationError: context deadline exceeded", "has no egress"),
        ("Task failed ELB health checks in target-group", "runs but does not answer"),
        ("The new key policy will not allow you to update the key policy in", "kms:PutKeyPolicy"),
        ("The CIDR '10.0.1.0/24' conflicts with another subnet", "AvailabilityZones=ZONE"),
        ("Rule can't be deleted since it has targets.", "aws events remove-targets"),
        ("The subnet 'x' has dependencies and cannot be deleted.", "GuardDuty"),
        ("resource sg-1 has a dependent object", "GuardDuty"),
        ("Cannot delete entity, must detach all policies first.", "detach-role-policy"),
        ("Cannot delete a policy attached to entities.", "detach-role-policy"),
        ("Network vpc-1 has some mapped public address(es).", "has a public address"),
        ("Unable to assume the service linked role.", "service-linked role"),
        ("Account 1 should have 'X' role with trust relationship to Role 'Y'.", "--create-roles"),
        ("a secret with this name is already scheduled for deletion", "is scheduled for deletion"),
        ("Cannot find version 15.4 for aurora-postgresql", "no such engine version"),
        ("payment-task-dev-001 already exists", "the name is taken"),
        ("The maximum number of VPCs has been reached.", "a quota of the account"),
        ("is not authorized to perform: rds:CreateDBCluster", "lack this permission"),
        ("extraneous key [Schema] is not permitted", "a property that AWS does not know"),
    ],
)
def test_known_cause_has_a_hint(text: str, hint: str) -> None:
    assert hint in hint_for("AWS::ECS::Service", text)


def _stub_a_stopped_task(ecs: Stubber) -> None:
    ecs.add_response(
        "describe_services", {"services": [{"events": [{"message": "unable to place a task"}]}]}
    )
    ecs.add_response("list_tasks", {"taskArns": [_TASK]})
    task: dict[str, Any] = {
        "taskArn": _TASK,
        "taskDefinitionArn": _DEFINITION,
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "web", "exitCode": 3}],
    }
    ecs.add_response("describe_tasks", {"tasks": [task]})
    options = {"awslogs-group": "/ecs/payment", "awslogs-stream-prefix": "app"}
    container: dict[str, Any] = {
        "name": "web",
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    ecs.add_response(
        "describe_task_definition", {"taskDefinition": {"containerDefinitions": [container]}}
    )


def _failure(service: str) -> Event:
    event = _event("Service", "CREATE_FAILED", "it did not stabilize")
    return replace(event, physical_id=service, resource_type="AWS::ECS::Service")


def _event(logical_id: str, status: str, reason: str) -> Event:
    return Event(
        event_id=logical_id,
        stack_id="payment",
        logical_id=logical_id,
        physical_id=logical_id,
        resource_type="AWS::IAM::Role",
        status=status,
        reason=reason,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        token="",
    )


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        ("AWS::KMS::Alias", "alias/payment already exists", "lack kms:DescribeKey"),
        ("AWS::Logs::LogGroup", "The log group already exists", "logs of an earlier stack"),
        ("AWS::EC2::EIP", _ADDRESS_IN_USE, "has not released the address"),
        ("AWS::EC2::EIP", _ADDRESS_IN_USE, "leave them as they were"),
        ("AWS::RDS::DBCluster", "(HandlerErrorCode: NotStabilized)", "waits 90 minutes"),
        ("AWS::IAM::Role", "payment-task already exists", "the name is taken"),
        (
            "AWS::ECS::Cluster",
            "The Cluster cannot be deleted while Tasks are active.",
            "someone started a task or a service in the cluster",
        ),
        ("AWS::Route53::RecordSet", "it already exists", "see who uses it before you delete it"),
        (
            "AWS::Route53::RecordSet",
            "[Tried to delete resource record set [name='pay.example.com.', type='A'] ...]",
            "someone changed or removed the record",
        ),
        (
            "AWS::ApplicationAutoScaling::ScalableTarget",
            "Unable to assume IAM role: arn:aws:iam::123456789012:role/scaling",
            "the role for scaling is missing",
        ),
    ],
)
def test_resource_type_has_its_own_hint(kind: str, text: str, hint: str) -> None:
    assert hint in hint_for(kind, text)
