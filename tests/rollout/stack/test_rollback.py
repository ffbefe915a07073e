"""The rollback of an update: its cause is shown; a failed one is continued on request."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.stuck.rollback import find_failed_resources, require_skippable
from payment_templates.rollout.stack_states import StackState
from tests.rollout.running import EAST, NAME, SMALL, Commands

if TYPE_CHECKING:
    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rehearsal import EmbeddedAws

_SUBSCRIPTION = "payment-events-dev-001"
_SERVICE = Path(__file__).parents[1] / "templates" / "service.json"


def test_update_to_a_missing_image_is_rolled_back_and_explained(commands: Commands) -> None:
    commands.deploy(template=_SERVICE)
    before = _task_definitions_that_run(commands)

    result = commands.deploy("--parameter", "ContainerImage=payments:missing", template=_SERVICE)

    assert result.exit_code == 1
    assert "why: Service (ECS::Service) in us-east-1" in result.stdout
    assert "deployment failed: tasks failed to start" in result.stdout
    assert "task stopped: CannotPullContainerError" in result.stdout
    assert "ended as UPDATE_ROLLBACK_COMPLETE because of Service" in result.stderr
    assert "hint: the image does not exist" in result.stderr
    assert _task_definitions_that_run(commands) == before


def test_update_to_an_image_that_exits_is_rolled_back_and_explained(commands: Commands) -> None:
    commands.deploy(template=_SERVICE)

    result = commands.deploy("--parameter", "ContainerImage=payments:exits", template=_SERVICE)

    assert "task stopped: Essential container in task exited" in result.stdout
    assert "exit code 1" in result.stdout
    assert "ended as UPDATE_ROLLBACK_COMPLETE because of Service" in result.stderr


def test_service_that_was_rolled_back_can_be_updated(commands: Commands) -> None:
    commands.deploy(template=_SERVICE)
    commands.deploy("--parameter", "ContainerImage=payments:missing", template=_SERVICE)

    result = commands.deploy("--parameter", "ContainerImage=payments:better", template=_SERVICE)

    assert result.exit_code == 0, result.output
    (definition,) = _task_definitions_that_run(commands)
    assert definition.endswith(":3")


@pytest.mark.faults
@pytest.mark.parametrize("slow_aws", [0.2], indirect=True)
def test_failed_rollback_is_continued_once_its_cause_is_removed(
    slow_aws: EmbeddedAws, tmp_path: Path
) -> None:
    commands = Commands(aws=slow_aws)
    before = _template(tmp_path, "failover", "first")
    commands.deploy(template=before)
    rds = slow_aws.client("rds", EAST)
    (subscription,) = rds.describe_event_subscriptions()["EventSubscriptionsList"]
    _fail_rollback(commands, _template(tmp_path, "failure", "second", Bad="property"))

    refused = commands.deploy(template=before)
    blocked = commands.deploy("--continue-rollback", template=before)
    rds.create_event_subscription(
        SubscriptionName=_SUBSCRIPTION,
        SnsTopicArn=subscription["SnsTopicArn"],
        EventCategories=["failure"],
        SourceType="db-cluster",
    )
    resumed = commands.deploy("--continue-rollback", template=before)

    assert (refused.exit_code, blocked.exit_code, resumed.exit_code) == (1, 1, 0), resumed.output
    assert "use --continue-rollback" in refused.stderr
    assert "its rollback failed: Events (RDS::EventSubscription)" in refused.stdout
    assert "add --skip-resource Events" in refused.stderr
    assert "why: Events (RDS::EventSubscription) in us-east-1" in refused.stdout
    assert "ended as UPDATE_ROLLBACK_FAILED" in blocked.stderr
    assert f"{_SUBSCRIPTION} not found" in blocked.stderr
    assert "is up to date" in resumed.stdout


def _task_definitions_that_run(commands: Commands) -> set[str]:
    ecs = commands.aws.client("ecs", EAST)
    cluster = "payment-cluster-dev-001"
    arns = ecs.list_tasks(cluster=cluster)["taskArns"]
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    return {task["taskDefinitionArn"] for task in tasks}


@pytest.mark.faults
@pytest.mark.parametrize("slow_aws", [0.2], indirect=True)
def test_resource_whose_rollback_fails_is_skipped_on_request(
    slow_aws: EmbeddedAws, tmp_path: Path
) -> None:
    commands = Commands(aws=slow_aws)
    before = _template(tmp_path, "failover", "first")
    commands.deploy(template=before)
    _fail_rollback(commands, _template(tmp_path, "failure", "second", Bad="property"))

    other = commands.deploy("--continue-rollback", "--skip-resource", "Alerts", template=before)
    skipped = commands.deploy("--continue-rollback", "--skip-resource", "Events", template=before)
    again = commands.deploy("--continue-rollback", "--skip-resource", "Events", template=before)
    after = commands.deploy(template=before)

    assert other.exit_code == 2
    assert "the rollback of 'Alerts' did not fail\nhint: use Events" in other.stderr
    assert skipped.exit_code == 1
    assert "is complete without Events; nothing was deployed" in skipped.stderr
    assert again.exit_code == 2
    assert "the stack is UPDATE_ROLLBACK_COMPLETE" in again.stderr
    assert after.exit_code == 0, after.output


def test_resource_whose_update_was_cancelled_cannot_be_skipped(cloudformation: Stubber) -> None:
    shown = [
        _summary("Events", "UPDATE_FAILED", "Event subscription not found"),
        _summary("Records", "UPDATE_FAILED", "Resource update cancelled"),
        _summary("Alerts", "UPDATE_COMPLETE", ""),
    ]
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": shown})

    found = find_failed_resources(_client(cloudformation), _state("UPDATE_ROLLBACK_FAILED"))

    assert [one.logical_id for one in found] == ["Events"]


def test_resource_of_a_nested_stack_is_left_to_cloudformation(cloudformation: Stubber) -> None:
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": []})

    require_skippable(_client(cloudformation), _state("UPDATE_ROLLBACK_FAILED"), ["Network.Subnet"])


@pytest.mark.parametrize("status", [None, "UPDATE_FAILED", "CREATE_COMPLETE", "ROLLBACK_COMPLETE"])
def test_nothing_is_skipped_in_another_state(cloudformation: Stubber, status: str | None) -> None:
    with pytest.raises(RolloutError, match="no failed rollback to continue") as refused:
        require_skippable(_client(cloudformation), _state(status) if status else None, ["Records"])

    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--skip-resource", "Records"], "--skip-resource needs --continue-rollback"),
        (["--continue-rollback", "--skip-resource", "a b"], "invalid --skip-resource 'a b'"),
        (["--continue-rollback", "--skip-resource", "Records"], "the stack is not there"),
    ],
    ids=["alone", "no logical ID", "no stack"],
)
def test_invalid_resource_to_skip_is_a_usage_error(
    commands: Commands, arguments: list[str], says: str
) -> None:
    result = commands.deploy(*arguments)

    assert result.exit_code == 2
    assert says in result.stderr


def _fail_rollback(commands: Commands, template: Path) -> None:
    """Delete a resource between its update and the failure of the next one."""
    client = commands.aws.client("cloudformation", EAST)
    client.update_stack(
        StackName=NAME,
        TemplateBody=template.read_text(),
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "UsePreviousValue": True}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    _wait(lambda: ("Events", "UPDATE_COMPLETE") in _statuses(client))
    commands.aws.client("rds", EAST).delete_event_subscription(SubscriptionName=_SUBSCRIPTION)
    _wait(lambda: commands.stack()["StackStatus"] == "UPDATE_ROLLBACK_FAILED")


def _statuses(client: Any) -> set[tuple[str, str]]:
    events = client.describe_stack_events(StackName=NAME)["StackEvents"]
    return {(event["LogicalResourceId"], event["ResourceStatus"]) for event in events}


def _wait(until: Any) -> None:
    end = time.monotonic() + 10
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)


def _template(folder: Path, category: str, message: str, **more: str) -> Path:
    small = json.loads(SMALL.read_text())["Resources"]
    small["Greeting"]["DependsOn"] = "Events"
    small["Greeting"]["Properties"]["Value"] = message
    small["Records"]["DependsOn"] = "Greeting"
    small["Records"]["Properties"].update(more)
    document = {
        **json.loads(SMALL.read_text()),
        "Resources": {
            "Alerts": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "payment-alerts"}},
            "Events": {
                "Type": "AWS::RDS::EventSubscription",
                "Properties": {
                    "SubscriptionName": _SUBSCRIPTION,
                    "SnsTopicArn": {"Ref": "Alerts"},
                    "SourceType": "db-cluster",
                    "EventCategories": [category],
                },
            },
            **small,
        },
    }
    path = folder / f"{message}.json"
    path.write_text(json.dumps(document))
    return path


def _client(cloudformation: Stubber) -> CloudFormationClient:
    return cast("CloudFormationClient", cloudformation.client)


def _state(status: str) -> StackState:
    return StackState(
        name=NAME, stack_id=NAME, status=status, reason="", parameters={}, tags={}, outputs={}
    )


def _summary(logical_id: str, status: str, reason: str) -> dict[str, str]:
    return {
        "LogicalResourceId": logical_id,
        "ResourceType": "AWS::Logs::LogGroup",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "LastUpdatedTimestamp": "2026-01-01T00:00:00Z",
    }
