"""Event rules and subscriptions, and the topics that they go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.topics import topics_named

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Stack
    from payment_templates.evidence.resolve.values import Fields

CLOUDWATCH = "cloudwatch.amazonaws.com"
EVENTBRIDGE = "events.amazonaws.com"
RDS_EVENTS = "events.rds.amazonaws.com"


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
            topics=topics_named(stack, [to.get("Arn") for to in rule.fields.children("Targets")]),
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
            topics=topics_named(stack, subscription.fields.get("SnsTopicArn")),
        )
        for subscription in stack.of_type("AWS::RDS::EventSubscription")
        if subscription.fields.text("Enabled") != "false"
    )
    return (*rules, *subscriptions)
