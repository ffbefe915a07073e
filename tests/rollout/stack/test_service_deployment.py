"""Running tasks and a deployment that changes nothing: reported, and replaced on request."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from payment_templates.commands.output.json_output import JsonOutput
from payment_templates.rollout.changes import Change, Replacement
from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack.notices import secret_notices
from payment_templates.rollout.stack.service_deployment import replace_tasks, replaces_tasks
from tests.rollout.running import EAST, NAME, SMALL, Commands

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.stub import Stubber

_SERVICE = "AWS::ECS::Service"
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type
_ARN = f"arn:aws:ecs:{EAST}:123456789012:service/payment-cluster/payment-service"
_FORCE = "--force-new-deployment"


def test_deploy_without_changes_says_that_running_tasks_stay(
    commands: Commands, tmp_path: Path
) -> None:
    template = _with_service(tmp_path)
    commands.deploy(template=template)
    before = _deployment(commands)

    result = commands.deploy(template=template)

    assert result.exit_code == 0, result.output
    assert "running tasks keep the image and the secrets" in result.stdout
    assert "--force-new-deployment replaces them" in result.stdout
    assert _deployment(commands) == before


def test_new_deployment_is_forced_on_request(commands: Commands, tmp_path: Path) -> None:
    template = _with_service(tmp_path)
    commands.deploy(template=template)
    before = _deployment(commands)

    document = commands.document("deploy", "--yes", "--skip-preflight", _FORCE, template=template)

    assert document["exit_code"] == 0
    (one,) = document["service_deployments"]
    assert (one["logical_id"], one["rollout_state"]) == ("Service", "COMPLETED")
    assert one["deployment_id"] == _deployment(commands) != before


def test_new_deployment_follows_another_change(commands: Commands, tmp_path: Path) -> None:
    template = _with_service(tmp_path)
    commands.deploy(template=template)
    before = _deployment(commands)

    result = commands.deploy(_FORCE, "--parameter", "Message=second", template=template)

    assert result.exit_code == 0, result.output
    assert "plan: replace all tasks once the stack is up to date" in result.stdout
    assert commands.greeting(EAST) == "second"
    assert _deployment(commands) != before


def test_new_stack_needs_no_second_deployment(commands: Commands, tmp_path: Path) -> None:
    result = commands.deploy(_FORCE, template=_with_service(tmp_path))

    assert result.exit_code == 0, result.output
    assert "has replaced the tasks" in result.stdout


def test_new_deployment_needs_a_confirmation(commands: Commands, tmp_path: Path) -> None:
    template = _with_service(tmp_path)
    commands.deploy(template=template)

    result = commands.run("deploy", _FORCE, "--skip-preflight", template=template)

    assert result.exit_code == 2
    assert f"Replace all tasks of {NAME} in {EAST}?" in result.stderr


def test_template_without_a_service_is_a_usage_error(commands: Commands) -> None:
    result = commands.deploy(_FORCE)

    assert result.exit_code == 2
    assert "the template has no ECS service" in result.stderr


def test_failed_deployment_is_explained_by_its_tasks(cloudformation: Stubber, ecs: Stubber) -> None:
    _stub_service(cloudformation, ecs)
    ecs.add_response("describe_services", _services("IN_PROGRESS"))
    ecs.add_response("describe_services", _services("IN_PROGRESS"))
    ecs.add_response("describe_services", _services("FAILED"))
    ecs.add_response("describe_services", _services("FAILED"))
    _stub_cause(ecs)

    (ended,), cause = _replace_tasks()

    assert not ended.succeeded
    assert cause is not None
    assert cause.reason == "tasks failed to start"
    assert "task stopped: CannotPullContainerError: x: not found" in cause.details
    assert cause.hint.startswith("the image does not exist")


def test_deployment_that_was_replaced_has_failed(cloudformation: Stubber, ecs: Stubber) -> None:
    _stub_service(cloudformation, ecs)
    ecs.add_response("describe_services", _services("IN_PROGRESS"))
    # Read for its events.
    ecs.add_response("describe_services", _services("IN_PROGRESS"))
    ecs.add_response("describe_services", _services("COMPLETED", "theirs"))
    _stub_cause(ecs)

    (ended,), cause = _replace_tasks()

    assert not ended.succeeded
    assert cause is not None
    assert cause.reason.startswith("another deployment of the service")


def test_deployment_that_is_not_shown_yet_is_awaited(cloudformation: Stubber, ecs: Stubber) -> None:
    _stub_service(cloudformation, ecs)
    ecs.add_response("describe_services", _services("COMPLETED", "former"))
    ecs.add_response("describe_services", _services("COMPLETED"))
    ecs.add_response("describe_services", _services("COMPLETED"))

    (ended,), cause = _replace_tasks()

    assert ended.succeeded
    assert cause is None


@pytest.mark.parametrize(
    ("change", "replaced"),
    [
        (("Modify", "TaskDefinition"), True),
        (("Modify", "DesiredCount"), False),
        (("Modify", "Tags"), False),
        (("Add",), True),
    ],
)
def test_only_a_new_task_definition_replaces_tasks(
    change: tuple[str, ...], *, replaced: bool
) -> None:
    action, *properties = change

    assert replaces_tasks([_change(_SERVICE, *properties, action=action)]) == replaced


def test_changed_password_does_not_reach_running_tasks() -> None:
    changes = [
        _change(_SECRET, "SecretString"),
        _change("AWS::RDS::DBCluster", "MasterUserPassword"),
    ]

    (notice,) = secret_notices(changes, remedy="replace them")

    assert notice == (
        "running tasks keep the old value of the secret: their new connections to the database "
        "will fail; replace them"
    )


@pytest.mark.parametrize(
    "changes",
    [
        [("Tags", _SECRET)],
        [("SecretString", _SECRET), ("TaskDefinition", _SERVICE)],
    ],
    ids=["tags", "tasks are replaced"],
)
def test_secret_that_reaches_every_task_has_no_notice(changes: list[tuple[str, str]]) -> None:
    found = [_change(kind, name) for name, kind in changes]

    assert [*secret_notices(found, remedy="")] == []


def _with_service(tmp_path: Path) -> Path:
    document = json.loads(SMALL.read_text())
    container = {"Name": "web", "Image": "nginx", "Essential": True}
    document["Resources"] |= {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Network"}, "CidrBlock": "10.0.1.0/24"},
        },
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "payment-cluster"}},
        "Tasks": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "Family": "payment",
                "Cpu": "256",
                "Memory": "512",
                "NetworkMode": "awsvpc",
                "RequiresCompatibilities": ["FARGATE"],
                "ContainerDefinitions": [container],
            },
        },
        "Service": {
            "Type": _SERVICE,
            "Properties": {
                "ServiceName": "payment-service",
                "Cluster": {"Ref": "Cluster"},
                "TaskDefinition": {"Ref": "Tasks"},
                "DesiredCount": 1,
                "LaunchType": "FARGATE",
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Ref": "Subnet"}]}},
            },
        },
    }
    path = tmp_path / "service.json"
    path.write_text(json.dumps(document))
    return path


def _deployment(commands: Commands) -> str:
    shown = commands.aws.client("ecs", EAST).describe_services(
        cluster="payment-cluster", services=["payment-service"]
    )["services"][0]
    (primary,) = [one for one in shown["deployments"] if one["status"] == "PRIMARY"]
    return str(primary["id"])


def _replace_tasks() -> Any:  # noqa: ANN401 - unpacked by the tests
    pace = Pace(shortest=0, longest=0)
    return replace_tasks(boto3.Session(), EAST, NAME, JsonOutput(yes=True), pace)


def _stub_service(cloudformation: Stubber, ecs: Stubber) -> None:
    member = {
        "LogicalResourceId": "Service",
        "PhysicalResourceId": _ARN,
        "ResourceType": _SERVICE,
        "ResourceStatus": "UPDATE_COMPLETE",
        "LastUpdatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC),
    }
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": [member]})
    ecs.add_response(
        "update_service",
        {"service": _services("IN_PROGRESS")["services"][0]},
        {"cluster": "payment-cluster", "service": "payment-service", "forceNewDeployment": True},
    )


def _services(state: str, deployment: str = "ours") -> dict[str, Any]:
    one = {
        "id": deployment,
        "status": "PRIMARY",
        "rolloutState": state,
        "rolloutStateReason": "tasks failed to start",
        "createdAt": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return {"services": [{"deployments": [one]}]}


def _stub_cause(ecs: Stubber) -> None:
    ecs.add_response("describe_services", {"services": [{"events": []}]})
    ecs.add_response("list_tasks", {"taskArns": ["task"]})
    task = {"stoppedReason": "CannotPullContainerError: x: not found"}
    ecs.add_response("describe_tasks", {"tasks": [task]})
    ecs.add_response("describe_task_definition", {"taskDefinition": {}})


def _change(resource_type: str, *properties: str, action: str = "Modify") -> Change:
    return Change(
        action=action,
        logical_id=resource_type,
        resource_type=resource_type,
        physical_id="",
        replacement=Replacement.NEVER,
        policy="Delete",
        properties=properties,
    )
