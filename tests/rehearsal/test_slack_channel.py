"""A Slack channel that receives alerts, created by CloudFormation."""

from typing import Any

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST, WEST


def test_channel_is_created_changed_and_deleted(aws: EmbeddedAws) -> None:
    created = stacks.create(aws, _channel(aws))
    (before,) = _channels(aws)

    updated = stacks.update(aws, _channel(aws, SlackChannelId="C2"))
    (after,) = _channels(aws)
    stacks.delete(aws)

    assert (created.status, updated.status) == ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    assert (before["SlackTeamId"], before["SlackChannelId"]) == ("T1", "C1")
    assert before["SnsTopicArns"] == [f"arn:aws:sns:{EAST}:{aws.account}:alerts"]
    assert after["SlackChannelId"] == "C2"
    assert _channels(aws) == []


def test_name_is_unique_in_the_account(aws: EmbeddedAws) -> None:
    stacks.create(aws, _channel(aws))

    outcome = stacks.create(aws, _channel(aws), region=WEST)

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "A configuration named alerts exists already" in outcome.failures["It"]


def test_channel_with_a_name_is_not_replaced(aws: EmbeddedAws) -> None:
    stacks.create(aws, _channel(aws))

    outcome = stacks.update(aws, _channel(aws, SlackWorkspaceId="T2"))

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "custom-named resource requires replacing" in outcome.failures["It"]


def test_workspace_changes_once_the_channel_was_cleared(aws: EmbeddedAws) -> None:
    stacks.create(aws, _with_topic(_channel(aws)))

    cleared = stacks.update(aws, _with_topic({"Resources": {}}))
    moved = stacks.update(aws, _with_topic(_channel(aws, SlackWorkspaceId="T2")))

    assert (cleared.status, moved.status) == ("UPDATE_COMPLETE", "UPDATE_COMPLETE")
    assert [one["SlackTeamId"] for one in _channels(aws)] == ["T2"]


def _with_topic(template: dict[str, Any]) -> dict[str, Any]:
    # A stack needs a resource.
    return {"Resources": {**template["Resources"], "Topic": {"Type": "AWS::SNS::Topic"}}}


def _channel(aws: EmbeddedAws, **properties: str) -> dict[str, Any]:
    return stacks.resource(
        "AWS::Chatbot::SlackChannelConfiguration",
        **{
            "ConfigurationName": "alerts",
            "SlackWorkspaceId": "T1",
            "SlackChannelId": "C1",
            "IamRoleArn": f"arn:aws:iam::{aws.account}:role/slack",
            "SnsTopicArns": [f"arn:aws:sns:{EAST}:{aws.account}:alerts"],
            **properties,
        },
    )


def _channels(aws: EmbeddedAws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client(
        "chatbot", WEST
    ).describe_slack_channel_configurations()["SlackChannelConfigurations"]
    return found
