"""Who may publish to a topic, and which alarms can fire: what AWS would say, not what is meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import parse_template
from payment_templates.evidence.examination import topologies_of
from payment_templates.evidence.reach import why_nobody_hears
from payment_templates.evidence.topology.alerts import CLOUDWATCH, EVENTBRIDGE, RDS_EVENTS
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from tests.evidence.changes import Change

STATEMENT = "AlertTopicPolicy.Properties.PolicyDocument.Statement"
KEY = "EncryptionKey.Properties.KeyPolicy.Statement.4"


def silence(publisher: str, *changes: Change) -> str:
    """Say why the product's topic, changed, would not tell what a publisher says."""
    text = json.dumps(changed(real_document(), *changes))
    template = parse_template(text, name="changed")
    topology = topologies_of(template, region="us-east-1", parameters={})[0]
    return why_nobody_hears(topology, ("AlertTopic",), publisher)


@pytest.mark.parametrize("publisher", [CLOUDWATCH, EVENTBRIDGE, RDS_EVENTS])
def test_product_lets_publisher_reach_a_person(publisher: str) -> None:
    assert not silence(publisher)


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey*"])
def test_key_must_let_publisher_do_both(action: str) -> None:
    assert "does not let" in silence(CLOUDWATCH, put(f"{KEY}.Action", [action]))


def test_key_for_any_topic_of_the_account_will_do() -> None:
    condition = {"kms:EncryptionContext:aws:sns:topicArn": "arn:aws:sns:us-east-1:*"}

    assert not silence(CLOUDWATCH, put(f"{KEY}.Condition", {"StringLike": condition}))


def test_topic_without_key_needs_no_key_policy() -> None:
    assert not silence(CLOUDWATCH, cut("AlertTopic.Properties.KmsMasterKeyId"), cut(KEY))


def test_source_account_of_another_shuts_cloudwatch_out() -> None:
    condition = {"StringEquals": {"aws:SourceAccount": "999999999999"}}

    assert "publish" in silence(CLOUDWATCH, put(f"{STATEMENT}.0.Condition", condition))


def test_alarm_arn_as_source_lets_cloudwatch_in_but_not_rds() -> None:
    condition = {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:*"}}
    change = put(f"{STATEMENT}.0.Condition", condition)

    assert not silence(CLOUDWATCH, change)
    assert "publish" in silence(RDS_EVENTS, change)


def test_denied_is_not_let() -> None:
    assert "publish" in silence(EVENTBRIDGE, put(f"{STATEMENT}.1.Effect", "Deny"))


def test_queue_is_no_person() -> None:
    change = put("AlertEmailSubscription.Properties.Protocol", "sqs")

    assert "nobody is subscribed" in silence(CLOUDWATCH, change)
