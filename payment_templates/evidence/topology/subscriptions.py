"""Reads who is subscribed to a topic, and which subscriptions never deliver."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource

# The protocols by which SNS notifies a subscriber, and the shape of the address:
# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
_ADDRESSES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "email-json": re.compile(r"[^@\s]+@[^@\s]+"),
    "sms": re.compile(r"\+?\d[\d-]*"),
}


def subscribers_of(stack: Stack, topic: StackResource) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses of the subscribers of a topic, and why the others get nothing."""
    subscribers: list[str] = []
    unreachable: list[str] = []
    for fields in _subscriptions(stack, topic):
        protocol, endpoint = fields.text("Protocol"), fields.text("Endpoint")
        if protocol not in _ADDRESSES:
            continue
        if reason := _why_unreachable(topic, fields):
            unreachable.append(reason)
        else:
            subscribers.append(endpoint)
    return tuple(subscribers), tuple(unreachable)


def _subscriptions(stack: Stack, topic: StackResource) -> Iterator[Properties]:
    """Find the subscriptions that are in the topic, and those beside it."""
    yield from topic.properties.children("Subscription")
    for subscription in stack.of_type("AWS::SNS::Subscription"):
        if stack.find(subscription.properties.get("TopicArn"), topic.type) is topic:
            yield subscription.properties


def _why_unreachable(topic: StackResource, fields: Properties) -> str:
    protocol, endpoint = fields.text("Protocol"), fields.text("Endpoint")
    if topic.properties.flag("FifoTopic"):
        # https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
        return f"a FIFO topic delivers to queues, not by {protocol}"
    if not _ADDRESSES[protocol].fullmatch(endpoint):
        return f"{endpoint or 'an absent Endpoint'} is not an address for {protocol}"
    if fields.child("FilterPolicy").entries:
        # Alarms and events carry no message attributes for a filter to match:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
        return f"{fields.place}.FilterPolicy lets through only what matches it, which is not shown"
    return ""
