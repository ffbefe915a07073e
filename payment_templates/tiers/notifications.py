"""Adds the alert topic, its policy and its e-mail subscription."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awacs.aws import Allow, Condition, PolicyDocument, Principal, Statement, StringEquals
from awacs.sns import Publish
from troposphere import AWS_ACCOUNT_ID, Ref, sns

from payment_templates import naming

from .encryption import ALARMS, DATABASE_EVENTS, EVENT_RULES

if TYPE_CHECKING:
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .encryption import Encryption


@dataclass(frozen=True, kw_only=True)
class Notifications:
    """The alert topic and its policy."""

    topic: sns.Topic
    # RDS refuses a subscription to the topic until this policy lets it publish.
    policy: sns.TopicPolicy


def add_notifications(
    scope: Scope, *, parameters: Parameters, encryption: Encryption
) -> Notifications:
    """Add the topic, its policy and the e-mail subscription."""
    topic = scope.add(
        sns.Topic(
            "AlertTopic",
            TopicName=naming.topic_name(),
            KmsMasterKeyId=encryption.key.ref(),
            Tags=naming.tags("alerts"),
        )
    )
    policy = scope.add(
        sns.TopicPolicy("AlertTopicPolicy", Topics=[topic.ref()], PolicyDocument=_policy(topic))
    )
    scope.add(
        sns.SubscriptionResource(
            "AlertEmailSubscription",
            TopicArn=topic.ref(),
            Protocol="email",
            Endpoint=parameters.alert_email.ref(),
        )
    )
    return Notifications(topic=topic, policy=policy)


def _policy(topic: sns.Topic) -> PolicyDocument:
    own_account = StringEquals("aws:SourceAccount", Ref(AWS_ACCOUNT_ID))
    services = _let_publish(topic, "ServicesOfThisAccount", ALARMS, DATABASE_EVENTS)
    services.Condition = Condition(own_account)
    # EventBridge silently delivers nothing when its statement has a condition:
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    event_rules = _let_publish(topic, "EventRules", EVENT_RULES)
    return PolicyDocument(Version="2012-10-17", Statement=[services, event_rules])


def _let_publish(topic: sns.Topic, statement_id: str, *publishers: str) -> Statement:
    return Statement(
        Sid=statement_id,
        Effect=Allow,
        Principal=Principal("Service", list(publishers)),
        Action=[Publish],
        Resource=[topic.ref()],
    )
