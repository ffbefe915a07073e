"""Who may publish to a topic, and which alarms can fire: what AWS would say, not what is meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import UnknownValueError, parse_template
from payment_templates.evidence import Verdict
from payment_templates.evidence.alerting.delivery import delivery_problem
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.topology import build_topology
from payment_templates.evidence.topology.alerting.events import CLOUDWATCH, EVENTBRIDGE, RDS_EVENTS
from tests.evidence.changes import append, changed, cut, drop, put
from tests.evidence.templates import CLAIMS, real_document, result_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

STATEMENT = "AlertTopicPolicy.Properties.PolicyDocument.Statement"
KEY = "EncryptionKey.Properties.KeyPolicy.Statement.4"


def silence(publisher: str, *changes: Change, topics: tuple[str, ...] = ("AlertTopic",)) -> str:
    """Say why the product's topic, changed, would not tell what a publisher says."""
    text = json.dumps(changed(real_document(), *changes))
    template = parse_template(text, name="changed")
    topology = build_topology(stacks_of(template, region="us-east-1", given={}).stacks[0])
    return delivery_problem(topology, topics, publisher)


@pytest.mark.parametrize("publisher", [CLOUDWATCH, EVENTBRIDGE, RDS_EVENTS])
def test_product_lets_publisher_reach_subscribers(publisher: str) -> None:
    assert not silence(publisher)


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey*"])
def test_key_must_let_publisher_do_both(action: str) -> None:
    assert "does not allow" in silence(CLOUDWATCH, put(f"{KEY}.Action", [action]))


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


def test_queue_is_not_a_subscriber() -> None:
    change = put("AlertEmailSubscription.Properties.Protocol", "sqs")

    assert "has no subscriber" in silence(CLOUDWATCH, change)


DENY = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
BUT_CLOUDWATCH = {
    "Effect": "Deny",
    "NotPrincipal": {"Service": CLOUDWATCH},
    "Action": "sns:Publish",
    "Resource": "*",
}
OWN_ACCOUNT = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
OWN_TOPIC = {
    "kms:EncryptionContext:aws:sns:topicArn": {
        "Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:"
        "payment-alerts-${EnvironmentSuffix}"
    }
}


@pytest.mark.parametrize(
    "change",
    [
        put(f"{STATEMENT}.0.Condition", {"StringNotEquals": OWN_ACCOUNT}),
        put(f"{KEY}.Condition", {"StringNotEquals": OWN_TOPIC}),
        put(
            f"{KEY}.Condition",
            {
                "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": "another"},
                "StringLike": {"kms:EncryptionContext:aws:sns:topicArn": "*"},
            },
        ),
        put(
            f"{STATEMENT}.2", {**DENY, "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": 1}}}
        ),
        put(
            f"{STATEMENT}.2",
            {"Effect": "Deny", "Principal": "*", "NotAction": ["sns:Subscribe"], "Resource": "*"},
        ),
        put(
            f"{STATEMENT}.2",
            {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "sns:Publish",
                "Resource": "*",
            },
        ),
        put(
            f"{STATEMENT}.2",
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:*",
                "NotResource": "arn:aws:sns:us-east-1:111122223333:another",
            },
        ),
    ],
    ids=[
        "from any other account",
        "for any other topic",
        "for another topic and any",
        "denied outside an organization",
        "denied but for one action",
        "denied but for one account",
        "denied but for another topic",
    ],
)
def test_policy_shuts_cloudwatch_out(change: Change) -> None:
    reason = silence(CLOUDWATCH, append(STATEMENT), change)

    assert "does not allow" in reason


def test_denial_by_what_is_not_known_decides_nothing() -> None:
    denial = {**DENY, "Condition": {"Unheard": {"aws:Unheard": "of"}}}

    with pytest.raises(UnknownValueError, match="not known whether the policy of AlertTopic"):
        silence(CLOUDWATCH, append(STATEMENT), put(f"{STATEMENT}.2", denial))


def test_one_topic_that_certainly_alerts_is_enough() -> None:
    denial = {**DENY, "Condition": {"Unheard": {"aws:Unheard": "of"}}}
    resources = real_document()["Resources"]
    other = [resources[name] for name in ("AlertTopic", "AlertTopicPolicy")]
    named = json.loads(
        json.dumps({"OtherTopic": other[0], "OtherTopicPolicy": other[1]})
        .replace('"AlertTopic"', '"OtherTopic"')
        .replace("payment-alerts-", "other-alerts-")
    )
    subscription = json.loads(
        json.dumps(resources["AlertEmailSubscription"]).replace('"AlertTopic"', '"OtherTopic"')
    )
    changes = (
        append(STATEMENT),
        put(f"{STATEMENT}.2", denial),
        put("OtherTopic", named["OtherTopic"]),
        cut("OtherTopic.Properties.KmsMasterKeyId"),
        put("OtherTopicPolicy", named["OtherTopicPolicy"]),
        put("OtherSubscription", subscription),
    )

    assert not silence(CLOUDWATCH, *changes, topics=("AlertTopic", "OtherTopic"))


@pytest.mark.parametrize(
    "change",
    [
        put(f"{STATEMENT}.2", {**DENY, "Condition": {"StringNotEquals": OWN_ACCOUNT}}),
        put(f"{STATEMENT}.2", {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}),
        put(f"{STATEMENT}.2", BUT_CLOUDWATCH),
        put(f"{STATEMENT}.0.Action", ["SNS:Publish"]),
        put(f"{KEY}.Action", ["KMS:decrypt", "KMS:GENERATEDATAKEY*"]),
        put(f"{STATEMENT}.0.Condition", {"StringEquals": {"AWS:SourceOwner": "111122223333"}}),
        put("AlertTopic.Properties.KmsMasterKeyId", {"Ref": "EncryptionKeyAlias"}),
        put(
            "AlertTopic.Properties.KmsMasterKeyId",
            {"Fn::Sub": "alias/payment-key-${EnvironmentSuffix}"},
        ),
        drop("AlertTopicPolicy"),
    ],
    ids=[
        "denied to other accounts",
        "denied without TLS",
        "denied but for CloudWatch",
        "in capitals",
        "the key in capitals",
        "by the older account key",
        "the key by its alias",
        "the key by the name of its alias",
        "by the default policy",
    ],
)
def test_policy_lets_cloudwatch_in(change: Change) -> None:
    reason = silence(CLOUDWATCH, append(STATEMENT), change)

    assert not reason


def test_default_policy_does_not_let_event_rules_in() -> None:
    assert "publish" in silence(EVENTBRIDGE, drop("AlertTopicPolicy"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            put("AlertEmailSubscription.Properties.FilterPolicy", {"severity": ["critical"]}),
            "FilterPolicy blocks all messages of cloudwatch.amazonaws.com",
        ),
        (
            cut("AlertEmailSubscription.Properties.Endpoint"),
            "an absent Endpoint is not a valid email address",
        ),
        (
            put("AlertEmailSubscription.Properties.Endpoint", "on-call"),
            "on-call is not a valid email address",
        ),
        (put("AlertEmailSubscription.Properties.Protocol", "sms"), "is not a valid sms address"),
        (
            put("AlertTopic.Properties.FifoTopic", value=True),
            "a FIFO topic delivers only to queues",
        ),
    ],
    ids=["filtered", "without address", "no address", "mail by SMS", "FIFO"],
)
def test_subscriber_gets_no_alert(change: Change, reason: str) -> None:
    assert reason in silence(CLOUDWATCH, change)


def test_subscription_may_be_part_of_the_topic() -> None:
    inline = [{"Protocol": "email", "Endpoint": {"Ref": "AlertEmail"}}]

    reason = silence(
        CLOUDWATCH,
        drop("AlertEmailSubscription"),
        put("AlertTopic.Properties.Subscription", inline),
    )

    assert not reason


@pytest.mark.parametrize("publisher", [CLOUDWATCH, EVENTBRIDGE, RDS_EVENTS])
@pytest.mark.parametrize(
    "changes",
    [
        [put("EncryptionKey.Properties.Enabled", value=False)],
        [put("EncryptionKey.Properties.KeySpec", "RSA_2048")],
        [
            put("EncryptionKey.Properties.Enabled", value=False),
            put("AlertTopic.Properties.KmsMasterKeyId", {"Ref": "EncryptionKeyAlias"}),
        ],
    ],
    ids=["disabled", "asymmetric", "disabled, by its alias"],
)
def test_topic_whose_key_encrypts_nothing_delivers_nothing(
    publisher: str, changes: list[Change]
) -> None:
    assert "AlertTopic encrypts no message" in silence(publisher, *changes)


def to_program(protocol: str, endpoint: object = "https://events.example.com/alerts") -> Change:
    """Send the alerts to a program, not to an address."""

    def change(document: Json) -> None:
        fields = document["Resources"]["AlertEmailSubscription"]["Properties"]
        fields.update(Protocol=protocol, Endpoint=endpoint)

    return change


@pytest.mark.parametrize("publisher", [CLOUDWATCH, EVENTBRIDGE, RDS_EVENTS])
@pytest.mark.parametrize("protocol", ["https", "http", "lambda", "application"])
def test_program_may_notify_someone(publisher: str, protocol: str) -> None:
    assert not silence(publisher, to_program(protocol))


@pytest.mark.parametrize("claim", ["alerts-reach-subscribers", "events-reach-subscribers"])
def test_whether_a_program_notifies_someone_is_a_condition(claim: str) -> None:
    found = result_of(CLAIMS[claim], changed(real_document(), to_program("https"))).finding

    assert found.verdict is Verdict.CONDITIONAL
    assert "if an HTTPS endpoint that gets the messages of AlertTopic notifies someone" in found.why
    assert "e-mail" not in found.why


@pytest.mark.parametrize(
    "change",
    [
        put("AlertEmailSubscription.Properties.FilterPolicy", {"severity": ["critical"]}),
        cut("AlertEmailSubscription.Properties.Endpoint"),
        put("AlertTopic.Properties.FifoTopic", value=True),
    ],
    ids=["filtered", "without address", "FIFO"],
)
def test_program_gets_no_alert(change: Change) -> None:
    assert "AlertTopic has no subscriber" in silence(CLOUDWATCH, to_program("https"), change)


_CHANNEL: Json = {
    "Type": "AWS::Chatbot::SlackChannelConfiguration",
    "Properties": {"SnsTopicArns": [{"Ref": "AlertTopic"}]},
}


def test_chat_channel_shows_alarms_but_no_other_messages() -> None:
    only_chat = (drop("AlertEmailSubscription"), put("Channel", _CHANNEL))

    assert not silence(CLOUDWATCH, *only_chat)
    assert "no subscriber" in silence(RDS_EVENTS, *only_chat)


def test_role_of_a_target_for_a_topic_is_a_condition() -> None:
    role = put("TaskStoppedRule.Properties.Targets.0.RoleArn", {"Fn::GetAtt": ["TaskRole", "Arn"]})

    found = result_of(CLAIMS["events-reach-subscribers"], changed(real_document(), role)).finding

    assert found.verdict is Verdict.CONDITIONAL
    assert "if EventBridge can publish with the role of TaskStoppedRule" in found.why
