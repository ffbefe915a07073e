from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View


def test_there_is_one_topic(template: View) -> None:
    topics = template.of_type("AWS::SNS::Topic")

    assert set(topics) == {"AlertTopic"}


def test_topic_is_encrypted_with_the_key(template: View) -> None:
    topic = template.properties("AlertTopic")

    assert topic["KmsMasterKeyId"] == {"Ref": "EncryptionKey"}


def test_alerts_are_mailed_to_the_operators_address(template: View) -> None:
    subscription = template.only("AWS::SNS::Subscription")

    assert subscription == {
        "TopicArn": {"Ref": "AlertTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "AlertEmail"},
    }


def test_policy_is_the_topics(template: View) -> None:
    policy = template.properties("AlertTopicPolicy")

    assert policy["Topics"] == [{"Ref": "AlertTopic"}]


@pytest.mark.parametrize("publisher", ["cloudwatch", "events", "events.rds"])
def test_publisher_is_let_in_once(template: View, publisher: str) -> None:
    statements = letting_in(template, publisher)

    assert len(statements) == 1


def test_nobody_else_is_let_in(template: View) -> None:
    statements = template.statements("AlertTopicPolicy")

    assert {tuple(statement["Principal"]) for statement in statements} == {("Service",)}
    assert sum(len(statement["Principal"]["Service"]) for statement in statements) == 3


def test_publishers_may_only_publish_to_the_topic(template: View) -> None:
    statements = template.statements("AlertTopicPolicy")

    assert all(statement["Action"] == ["sns:Publish"] for statement in statements)
    assert all(statement["Resource"] == [{"Ref": "AlertTopic"}] for statement in statements)


@pytest.mark.parametrize("publisher", ["cloudwatch", "events.rds"])
def test_publisher_speaks_for_this_account_alone(template: View, publisher: str) -> None:
    (statement,) = letting_in(template, publisher)

    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


# EventBridge delivers nothing through a statement that has one.
def test_event_rules_are_let_in_without_a_condition(template: View) -> None:
    (statement,) = letting_in(template, "events")

    assert "Condition" not in statement


def letting_in(template: View, publisher: str) -> list[Json]:
    return [
        statement
        for statement in template.statements("AlertTopicPolicy")
        if f"{publisher}.amazonaws.com" in statement["Principal"]["Service"]
    ]
