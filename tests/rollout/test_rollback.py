"""The rollback of an update: its cause is shown; a failed one is continued on request."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

import json
import time
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rollout.running import EAST, NAME, SMALL, Commands

_SUBSCRIPTION = "payment-events-dev-001"
_SERVICE = Path(__file__).parent / "templates" / "service.json"


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
