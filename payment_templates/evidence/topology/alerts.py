"""Alarms, event rules and subscriptions, and the topics through which they reach a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.parameters import ACCOUNT
from payment_templates.evidence.resolve.values import Fields, listed, target
from payment_templates.evidence.topology.keys import find_key
from payment_templates.evidence.topology.policies import Statement, read_statements
from payment_templates.evidence.topology.subscriptions import hearers

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Value

CLOUDWATCH = "cloudwatch.amazonaws.com"
EVENTBRIDGE = "events.amazonaws.com"
RDS_EVENTS = "events.rds.amazonaws.com"
# What SNS gives a topic without a policy: its own account may publish, and services that say so.
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
_DEFAULT_POLICY = Fields(
    place="the default policy of SNS",
    entries={
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish"],
            "Resource": "*",
            "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }
    },
)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A metric alarm: what it watches, how long it takes, where it goes."""

    logical_id: str
    namespace: str
    metric: str
    dimensions: dict[str, str]
    statistic: str
    comparison: str
    threshold: float
    period_seconds: float
    evaluation_periods: int
    missing_data: str
    topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EventPath:
    """An event rule, or an RDS event subscription, and the topics that it goes to."""

    logical_id: str
    publisher: str
    # What it hears of: detail types of EventBridge, or categories of RDS.
    kinds: tuple[str, ...]
    # The resources that it is about, and the pattern or the source type.
    sources: tuple[str, ...]
    source_type: str
    pattern: Fields
    topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic: who may publish, with which key, and who is told."""

    logical_id: str
    arn: str
    key: str
    people: tuple[str, ...]
    # Why those who are subscribed too would never hear.
    deaf: tuple[str, ...]
    topic_statements: tuple[Statement, ...]
    key_statements: tuple[Statement, ...]


def read_alarms(stack: Stack) -> tuple[Alarm, ...]:
    """Read every metric alarm."""
    return tuple(_alarm(stack, alarm) for alarm in stack.of_type("AWS::CloudWatch::Alarm"))


def read_event_paths(stack: Stack) -> tuple[EventPath, ...]:
    """Read every event rule and every RDS event subscription."""
    rules = (
        EventPath(
            logical_id=rule.logical_id,
            publisher=EVENTBRIDGE,
            kinds=rule.fields.child("EventPattern").texts("detail-type"),
            sources=rule.fields.child("EventPattern").texts("source"),
            source_type="",
            pattern=rule.fields.child("EventPattern"),
            topics=_topics(stack, [goal.get("Arn") for goal in rule.fields.children("Targets")]),
        )
        for rule in stack.of_type("AWS::Events::Rule")
        if rule.fields.text("State") != "DISABLED"
    )
    subscriptions = (
        EventPath(
            logical_id=subscription.logical_id,
            publisher=RDS_EVENTS,
            kinds=subscription.fields.texts("EventCategories"),
            sources=subscription.fields.targets("SourceIds"),
            source_type=subscription.fields.text("SourceType"),
            pattern=subscription.fields,
            topics=_topics(stack, subscription.fields.get("SnsTopicArn")),
        )
        for subscription in stack.of_type("AWS::RDS::EventSubscription")
        if subscription.fields.text("Enabled") != "false"
    )
    return (*rules, *subscriptions)


def read_topics(stack: Stack) -> dict[str, Topic]:
    """Read every topic, its subscriptions, its policy and its key's policy."""
    return {topic.logical_id: _topic(stack, topic) for topic in stack.of_type("AWS::SNS::Topic")}


def _alarm(stack: Stack, alarm: Resource) -> Alarm:
    fields = alarm.fields
    return Alarm(
        logical_id=alarm.logical_id,
        namespace=fields.text("Namespace"),
        metric=fields.text("MetricName"),
        dimensions=fields.pairs("Dimensions", key="Name"),
        statistic=fields.text("Statistic") or fields.text("ExtendedStatistic"),
        comparison=fields.text("ComparisonOperator"),
        threshold=fields.number("Threshold"),
        period_seconds=fields.number("Period"),
        evaluation_periods=int(fields.number("EvaluationPeriods", 1)),
        # PutMetricAlarm, TreatMissingData: missing by default.
        missing_data=fields.text("TreatMissingData") or "missing",
        topics=_alarm_topics(stack, fields),
    )


def _alarm_topics(stack: Stack, fields: Fields) -> tuple[str, ...]:
    if fields.text("ActionsEnabled") == "false":
        return ()
    return tuple(name for name in _topics(stack, fields.get("AlarmActions")) if name)


def _topic(stack: Stack, topic: Resource) -> Topic:
    name = topic.logical_id
    key = topic.fields.get("KmsMasterKeyId")
    key_resource = find_key(stack, key)
    policies = [
        policy.fields.child("PolicyDocument")
        for policy in stack.of_type("AWS::SNS::TopicPolicy")
        if name in policy.fields.targets("Topics")
    ]
    people, deaf = hearers(stack, topic)
    return Topic(
        logical_id=name,
        arn=_arn(stack, topic),
        key="" if key is None else str(key),
        people=people,
        deaf=deaf,
        topic_statements=tuple(
            statement
            for policy in policies or [_DEFAULT_POLICY]
            for statement in read_statements(policy)
        ),
        key_statements=(
            read_statements(key_resource.fields.child("KeyPolicy")) if key_resource else ()
        ),
    )


def _arn(stack: Stack, topic: Resource) -> str:
    physical = topic.fields.text("TopicName")
    own = f"${{{topic.logical_id}}}"
    return f"arn:{stack.partition}:sns:{stack.region}:{ACCOUNT}:{physical}" if physical else own


def _topics(stack: Stack, values: Value) -> tuple[str, ...]:
    """Give the topics that a list of actions names, by reference or by ARN."""
    topics = stack.of_type("AWS::SNS::Topic")
    return tuple(
        next((topic.logical_id for topic in topics if _arn(stack, topic) == str(value)), "")
        or target(value)
        for value in listed(values)
    )
