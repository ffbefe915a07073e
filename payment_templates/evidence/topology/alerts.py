"""Alarms, event rules and subscriptions, and the topics through which they reach a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.parameters import ACCOUNT
from payment_templates.evidence.topology.policies import Statement, read_statements

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Fields

CLOUDWATCH = "cloudwatch.amazonaws.com"
EVENTBRIDGE = "events.amazonaws.com"
RDS_EVENTS = "events.rds.amazonaws.com"


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
    topic_statements: tuple[Statement, ...]
    key_statements: tuple[Statement, ...]


def read_alarms(stack: Stack) -> tuple[Alarm, ...]:
    """Read every metric alarm."""
    return tuple(_alarm(alarm) for alarm in stack.of_type("AWS::CloudWatch::Alarm"))


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
            topics=tuple(target.target("Arn") for target in rule.fields.children("Targets")),
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
            topics=(subscription.fields.target("SnsTopicArn"),),
        )
        for subscription in stack.of_type("AWS::RDS::EventSubscription")
        if subscription.fields.text("Enabled") != "false"
    )
    return (*rules, *subscriptions)


def read_topics(stack: Stack) -> dict[str, Topic]:
    """Read every topic, its subscriptions, its policy and its key's policy."""
    return {topic.logical_id: _topic(stack, topic) for topic in stack.of_type("AWS::SNS::Topic")}


def _alarm(alarm: Resource) -> Alarm:
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
        topics=() if fields.text("ActionsEnabled") == "false" else fields.targets("AlarmActions"),
    )


def _topic(stack: Stack, topic: Resource) -> Topic:
    name = topic.logical_id
    own = f"${{{name}}}"
    key = topic.fields.get("KmsMasterKeyId")
    key_resource = stack.of(topic.fields.target("KmsMasterKeyId"), "AWS::KMS::Key")
    physical = topic.fields.text("TopicName")
    policies = (
        policy.fields.child("PolicyDocument")
        for policy in stack.of_type("AWS::SNS::TopicPolicy")
        if name in policy.fields.targets("Topics")
    )
    return Topic(
        logical_id=name,
        arn=f"arn:{stack.partition}:sns:{stack.region}:{ACCOUNT}:{physical}" if physical else own,
        key="" if key is None else str(key),
        people=tuple(
            subscription.fields.text("Endpoint")
            for subscription in stack.of_type("AWS::SNS::Subscription")
            if subscription.fields.target("TopicArn") == name
            and subscription.fields.text("Protocol") in {"email", "email-json", "sms"}
        ),
        topic_statements=tuple(
            statement for policy in policies for statement in read_statements(policy)
        ),
        key_statements=(
            read_statements(key_resource.fields.child("KeyPolicy")) if key_resource else ()
        ),
    )
