from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

PUBLISHERS = ["cloudwatch.amazonaws.com", "events.amazonaws.com", "events.rds.amazonaws.com"]


def test_topic_belongs_to_the_stacks_account(stack: Stack) -> None:
    owner = attributes(stack)["Owner"]

    assert owner == stack.account


def test_alerts_are_encrypted_with_the_stacks_key(stack: Stack) -> None:
    key = attributes(stack)["KmsMasterKeyId"]

    # SNS shows the key as it was set: ID, ARN or alias.
    assert key.split("/")[-1] == stack.outputs["EncryptionKeyArn"].split("/")[-1]


def test_alert_email_is_the_only_subscriber(stack: Stack) -> None:
    subscribers = [(given["Protocol"], given["Endpoint"]) for given in subscriptions(stack)]

    assert subscribers == [("email", stack.parameters["AlertEmail"])]


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_service_can_publish(stack: Stack, publisher: str) -> None:
    statements = policy_statements(stack)

    granting = [found for found in statements if publisher in services_of(found)]

    assert [found["Effect"] for found in granting] == ["Allow"]
    assert "sns:Publish" in granting[0]["Action"]


def test_no_other_principal_can_publish(stack: Stack) -> None:
    principals = [statement["Principal"] for statement in policy_statements(stack)]

    assert [list(principal) for principal in principals] == [["Service"]] * len(principals)
    services = {service for found in policy_statements(stack) for service in services_of(found)}
    assert services == set(PUBLISHERS)


def test_policy_grants_only_publishing_to_this_topic(stack: Stack) -> None:
    granted = {
        (action, resource)
        for statement in policy_statements(stack)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }

    assert granted == {("sns:Publish", stack.outputs["AlertTopicArn"])}


@pytest.mark.real_aws("whether the subscription is confirmed")
def test_subscription_is_confirmed(stack: Stack) -> None:
    arns = [subscription["SubscriptionArn"] for subscription in subscriptions(stack)]

    assert all(arn.startswith(stack.outputs["AlertTopicArn"]) for arn in arns)


def attributes(stack: Stack) -> dict[str, str]:
    topic = stack.outputs["AlertTopicArn"]
    answer = stack.ask("sns", "get_topic_attributes", TopicArn=topic)
    return cast("dict[str, str]", answer["Attributes"])


def subscriptions(stack: Stack) -> list[Json]:
    topic = stack.outputs["AlertTopicArn"]
    answer = stack.ask("sns", "list_subscriptions_by_topic", TopicArn=topic)
    return cast("list[Json]", answer["Subscriptions"])


def policy_statements(stack: Stack) -> list[Json]:
    return cast("list[Json]", json.loads(attributes(stack)["Policy"])["Statement"])


def services_of(statement: Json) -> list[str]:
    principal = statement["Principal"]
    return as_list(principal["Service"]) if "Service" in principal else []


# A policy may have a single value instead of a list.
def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
