"""Subscriptions to the alerts: shown by status and preflight."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from payment_templates.rollout.stack_states import StackState
from payment_templates.rollout.subscriptions import (
    Subscription,
    SubscriptionStatus,
    find_subscription,
)
from tests.rollout.running import EAST, WEST, Commands

if TYPE_CHECKING:
    from pathlib import Path

_TOPIC = f"arn:aws:sns:{EAST}:123456789012:payment-alerts-dev-001"
_ADDRESS = "on-call@example.com"
_GIVEN = ("--parameter", f"AlertEmail={_ADDRESS}")


@pytest.mark.parametrize(
    ("arns", "status"),
    [
        ([f"{_TOPIC}:1"], SubscriptionStatus.CONFIRMED),
        (["PendingConfirmation"], SubscriptionStatus.PENDING),
        (["Deleted"], SubscriptionStatus.GONE),
        ([], SubscriptionStatus.GONE),
        (["Deleted", "PendingConfirmation"], SubscriptionStatus.PENDING),
        (["PendingConfirmation", f"{_TOPIC}:1"], SubscriptionStatus.CONFIRMED),
    ],
    ids=["confirmed", "pending", "unsubscribed", "never there", "again", "confirmed before"],
)
def test_subscription_status_is_read_from_the_list_of_sns(
    arns: list[str], status: SubscriptionStatus
) -> None:
    found = _find([_listed(arn) for arn in arns])

    assert found.status is status


def test_confirmed_subscriber_needs_no_remediation() -> None:
    found = _find([_listed(f"{_TOPIC}:1")])

    assert (found.what, found.remediation) == (f"alerts go to {_ADDRESS}", "")


def test_deleted_subscription_has_the_command_to_subscribe_again() -> None:
    found = _find([])

    assert found.remediation.startswith(
        f"aws sns subscribe --topic-arn {_TOPIC} --protocol email "
        f"--notification-endpoint {_ADDRESS} --region {EAST}"
    )


def test_other_confirmed_subscribers_are_counted() -> None:
    found = _find([_listed(f"{_TOPIC}:2", "b@example.com"), _listed("Deleted", "c@example.com")])

    assert (found.status, found.others) == (SubscriptionStatus.GONE, 1)


def test_stack_without_a_topic_has_no_subscription() -> None:
    assert find_subscription(boto3.Session(), EAST, _state(outputs={})) is None


def test_status_shows_an_unconfirmed_address(commands: Commands, alerts: Path) -> None:
    commands.deploy(*_GIVEN, template=alerts)
    commands.rollout(*_GIVEN, template=alerts)

    shown = commands.run("status").output
    document = commands.document("status")

    assert f"{WEST}: {_ADDRESS} gets no alerts: its subscription is not confirmed" in shown
    assert [one["subscription"] for one in document["alerts"]] == ["pending", "pending"]


def test_preflight_warns_about_alerts_without_a_subscriber(
    commands: Commands, alerts: Path
) -> None:
    commands.deploy(*_GIVEN, template=alerts)

    document = commands.document(
        "preflight", *_GIVEN, "--region", EAST, "--without-roles", template=alerts
    )

    warnings = [one["what"] for one in document["findings"] if one["verdict"] == "warning"]
    assert document["exit_code"] == 0
    assert len(warnings) == 1
    assert warnings[0].startswith(f"{_ADDRESS} gets no alerts")


@pytest.fixture
def alerts(tmp_path: Path) -> Path:
    """A template with a topic and its subscriber."""
    path = tmp_path / "alerts.json"
    path.write_text(json.dumps(_ALERTS))
    return path


def _find(listed: list[dict[str, str]]) -> Subscription:
    session: Any = boto3.Session(aws_access_key_id="1", aws_secret_access_key="2")  # noqa: S106
    client = session.client("sns", region_name=EAST)

    def give(*_: object, **__: object) -> object:
        return client

    session.client = give
    with Stubber(client) as stubber:
        stubber.add_response(
            "list_subscriptions_by_topic", {"Subscriptions": listed}, {"TopicArn": _TOPIC}
        )
        found = find_subscription(session, EAST, _state(outputs={"AlertTopicArn": _TOPIC}))
    assert found is not None
    return found


def _listed(arn: str, address: str = _ADDRESS) -> dict[str, str]:
    return {
        "SubscriptionArn": arn,
        "Owner": "123456789012",
        "Protocol": "email",
        "Endpoint": address,
        "TopicArn": _TOPIC,
    }


def _state(*, outputs: dict[str, str]) -> StackState:
    return StackState(
        name="payment-dev-001",
        stack_id="",
        status="CREATE_COMPLETE",
        reason="",
        parameters={"AlertEmail": _ADDRESS},
        tags={},
        outputs=outputs,
    )


_ALERTS: dict[str, Any] = {
    "Parameters": {"EnvironmentSuffix": {"Type": "String"}, "AlertEmail": {"Type": "String"}},
    "Resources": {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": {"Fn::Sub": "payment-alerts-${EnvironmentSuffix}"}},
        },
        "Subscriber": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "email",
                "Endpoint": {"Ref": "AlertEmail"},
            },
        },
    },
    "Outputs": {"AlertTopicArn": {"Value": {"Ref": "Topic"}}},
}
