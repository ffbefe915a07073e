"""Reads EventBridge rules and RDS event subscriptions, and the topics that they notify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.topology.alerting.topic_policies import topics_named

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource, Value

# Of the notifications of a vault:
# https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html
AWS_BACKUP = "backup.amazonaws.com"
CLOUDWATCH = "cloudwatch.amazonaws.com"
EVENTBRIDGE = "events.amazonaws.com"
RDS_EVENTS = "events.rds.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class EventPath:
    """An EventBridge rule or an RDS event subscription, and the topics that it notifies."""

    logical_id: str
    publisher: str
    # The event categories (RDS) that it matches, or the detail types (EventBridge), as texts to
    # show: `suffix Failed` for an operator.
    kinds: tuple[str, ...]
    # Only for a rule; empty if its event bus receives no events from AWS services.
    pattern: Properties
    # Only for a subscription; empty means every source type, source or category.
    source_type: str
    sources: tuple[str, ...]
    topics: tuple[str, ...]


def read_event_paths(stack: Stack) -> tuple[EventPath, ...]:
    """Read every enabled EventBridge rule and RDS event subscription."""
    rules = (
        _rule(stack, rule)
        for rule in stack.of_type("AWS::Events::Rule")
        if rule.properties.text("State") != "DISABLED"
    )
    subscriptions = (
        _subscription(stack, subscription)
        for subscription in stack.of_type("AWS::RDS::EventSubscription")
        if subscription.properties.flag("Enabled")
    )
    return (*rules, *subscriptions)


def _rule(stack: Stack, rule: StackResource) -> EventPath:
    pattern = rule.properties.child("EventPattern")
    bus = rule.properties.text("EventBusName")
    # "The default event bus receives events from AWS services"; custom buses do not, and that of
    # another account or region receives those of that one:
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
    own = f"arn:{stack.partition}:events:{stack.region}:{ACCOUNT}:event-bus/default"
    gets_aws_events = bus in {"default", own}
    return EventPath(
        logical_id=rule.logical_id,
        publisher=EVENTBRIDGE,
        kinds=tuple(map(_in_words, pattern.values("detail-type"))),
        pattern=pattern if gets_aws_events else Properties(place=pattern.place, entries={}),
        source_type="",
        sources=(),
        topics=topics_named(stack, [to.get("Arn") for to in rule.properties.children("Targets")]),
    )


def _in_words(wanted: Value) -> str:
    """Return what a pattern matches, a text or an operator with its operand, as a text."""
    if isinstance(wanted, Mapping):
        return " ".join(f"{name} {_in_words(operand)}" for name, operand in wanted.items())
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return " or ".join(map(_in_words, wanted))
    return str(wanted)


def _subscription(stack: Stack, subscription: StackResource) -> EventPath:
    fields = subscription.properties
    return EventPath(
        logical_id=subscription.logical_id,
        publisher=RDS_EVENTS,
        kinds=fields.texts("EventCategories"),
        pattern=Properties(place=fields.place, entries={}),
        source_type=fields.text("SourceType"),
        sources=fields.texts("SourceIds"),
        topics=topics_named(stack, fields.get("SnsTopicArn")),
    )
