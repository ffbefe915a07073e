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


def test_alerts_are_sent_to_the_operators_address(template: View) -> None:
    subscription = template.only("AWS::SNS::Subscription")

    assert subscription == {
        "TopicArn": {"Ref": "AlertTopic"},
        "Protocol": "email",
        "Endpoint": {"Ref": "AlertEmail"},
    }


def test_policy_belongs_to_the_topic(template: View) -> None:
    policy = template.properties("AlertTopicPolicy")

    assert policy["Topics"] == [{"Ref": "AlertTopic"}]


@pytest.mark.parametrize("publisher", ["cloudwatch", "events", "events.rds"])
def test_publisher_has_one_statement(template: View, publisher: str) -> None:
    statements = letting_in(template, publisher)

    assert len(statements) == 1


def test_there_are_no_other_publishers(template: View) -> None:
    statements = template.statements("AlertTopicPolicy")

    assert {tuple(statement["Principal"]) for statement in statements} == {("Service",)}
    assert sum(len(statement["Principal"]["Service"]) for statement in statements) == 3


def test_publishers_may_only_publish_to_the_topic(template: View) -> None:
    statements = template.statements("AlertTopicPolicy")

    assert all(statement["Action"] == ["sns:Publish"] for statement in statements)
    assert all(statement["Resource"] == [{"Ref": "AlertTopic"}] for statement in statements)


@pytest.mark.parametrize("publisher", ["cloudwatch", "events.rds"])
def test_publisher_may_publish_only_for_this_account(template: View, publisher: str) -> None:
    (statement,) = letting_in(template, publisher)

    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


# EventBridge delivers nothing when its statement has a condition.
def test_statement_of_event_rules_has_no_condition(template: View) -> None:
    (statement,) = letting_in(template, "events")

    assert "Condition" not in statement


def letting_in(template: View, publisher: str) -> list[Json]:
    return [
        statement
        for statement in template.statements("AlertTopicPolicy")
        if f"{publisher}.amazonaws.com" in statement["Principal"]["Service"]
    ]
