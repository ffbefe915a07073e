"""Email subscriptions are pending until confirmed, and deleted when unsubscribed."""

# ruff: noqa: ANN401 - boto3 makes its clients at run time.

from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.corrections.mail_confirmation import confirmation_token
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

ADDRESS = "on-call@example.com"
PENDING = "PendingConfirmation"
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Address": {"Type": "String"}},
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}},
        "Mail": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "email",
                "Endpoint": {"Ref": "Address"},
            },
        },
    },
}


@pytest.mark.parametrize("made_by", ["CloudFormation", "Subscribe"])
def test_subscription_is_pending_until_it_is_confirmed(aws: EmbeddedAws, made_by: str) -> None:
    sns = aws.client("sns", EAST)
    if made_by == "CloudFormation":
        stacks.create(aws, TEMPLATE, Address=ADDRESS)
        topic = _topic(sns)
    else:
        topic = sns.create_topic(Name="alerts")["TopicArn"]
        answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ADDRESS)
        assert answer["SubscriptionArn"] == "pending confirmation"
    before = _subscriptions(sns)

    confirmed = sns.confirm_subscription(TopicArn=topic, Token=confirmation_token(topic, ADDRESS))

    assert before == {ADDRESS: PENDING}
    assert _subscriptions(sns) == {ADDRESS: confirmed["SubscriptionArn"]}


def test_wrong_token_does_not_confirm(aws: EmbeddedAws) -> None:
    sns = aws.client("sns", EAST)
    stacks.create(aws, TEMPLATE, Address=ADDRESS)
    topic = _topic(sns)

    with pytest.raises(ClientError, match="Invalid token"):
        sns.confirm_subscription(TopicArn=topic, Token=confirmation_token(topic, "x@example.com"))

    assert _subscriptions(sns) == {ADDRESS: PENDING}


def test_stack_status_does_not_show_an_unsubscription(aws: EmbeddedAws) -> None:
    sns = aws.client("sns", EAST)
    stacks.create(aws, TEMPLATE, Address=ADDRESS)
    arn = _confirm(sns, ADDRESS)

    sns.unsubscribe(SubscriptionArn=arn)

    client = aws.client("cloudformation", EAST)
    status = client.describe_stacks(StackName="payment")["Stacks"][0]["StackStatus"]
    assert (status, _subscriptions(sns)) == ("CREATE_COMPLETE", {})


def test_pending_subscription_cannot_be_unsubscribed(aws: EmbeddedAws) -> None:
    sns = aws.client("sns", EAST)
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    arn = sns.subscribe(
        TopicArn=topic, Protocol="email", Endpoint=ADDRESS, ReturnSubscriptionArn=True
    )["SubscriptionArn"]

    with pytest.raises(sns.exceptions.InvalidParameterException, match="pending confirmation"):
        sns.unsubscribe(SubscriptionArn=arn)


def test_new_address_is_pending_and_the_confirmed_one_is_deleted(aws: EmbeddedAws) -> None:
    sns = aws.client("sns", EAST)
    stacks.create(aws, TEMPLATE, Address=ADDRESS)
    _confirm(sns, ADDRESS)

    outcome = stacks.update(aws, TEMPLATE, Address="new@example.com")

    assert outcome.status == "UPDATE_COMPLETE"
    assert _subscriptions(sns) == {"new@example.com": PENDING}


def test_update_skips_the_deletion_of_a_pending_subscription(aws: EmbeddedAws) -> None:
    sns = aws.client("sns", EAST)
    stacks.create(aws, TEMPLATE, Address=ADDRESS)

    outcome = stacks.update(aws, TEMPLATE, Address="new@example.com")

    assert (outcome.status, outcome.failures) == ("UPDATE_COMPLETE", {})
    assert _subscriptions(sns) == {ADDRESS: PENDING, "new@example.com": PENDING}


def test_stack_with_a_pending_subscription_is_deleted(aws: EmbeddedAws) -> None:
    stacks.create(aws, TEMPLATE, Address=ADDRESS)

    outcome = stacks.delete(aws)

    assert outcome == stacks.Outcome(status="DELETE_COMPLETE", failures={})
    assert aws.client("sns", EAST).list_topics()["Topics"] == []


def _topic(sns: Any) -> str:
    topic: str = sns.list_topics()["Topics"][0]["TopicArn"]
    return topic


def _confirm(sns: Any, address: str) -> str:
    topic = _topic(sns)
    token = confirmation_token(topic, address)
    arn: str = sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]
    return arn


def _subscriptions(sns: Any) -> dict[str, str]:
    listed = sns.list_subscriptions_by_topic(TopicArn=_topic(sns))["Subscriptions"]
    return {one["Endpoint"]: one["SubscriptionArn"] for one in listed}
