"""A failed rollback of an update: reported, and continued on request."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

import json
import time
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rollout.running import EAST, NAME, SMALL, Commands

_SUBSCRIPTION = "payment-events-dev-001"


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
