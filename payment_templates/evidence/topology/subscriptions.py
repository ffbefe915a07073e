"""Reads the subscribers of a topic, and the subscriptions that never deliver."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource

# The protocols that notify people, and the format of the address:
# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
_ADDRESSES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "email-json": re.compile(r"[^@\s]+@[^@\s]+"),
    "sms": re.compile(r"\+?\d[\d-]*"),
}


def subscribers_of(stack: Stack, topic: StackResource) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses that a topic delivers to, and why each other subscription fails."""
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
    """Yield the subscriptions in the topic itself, and those that are separate resources."""
    yield from topic.properties.children("Subscription")
    for subscription in stack.of_type("AWS::SNS::Subscription"):
        if stack.find(subscription.properties.get("TopicArn"), topic.type) is topic:
            yield subscription.properties


def _why_unreachable(topic: StackResource, fields: Properties) -> str:
    protocol, endpoint = fields.text("Protocol"), fields.text("Endpoint")
    if topic.properties.flag("FifoTopic"):
        # https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
        return f"a FIFO topic delivers only to queues, not to {protocol}"
    if not _ADDRESSES[protocol].fullmatch(endpoint):
        return f"{endpoint or 'an absent Endpoint'} is not a valid {protocol} address"
    if fields.child("FilterPolicy").entries:
        # Messages of alarms and events have no attributes that a filter could match:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
        return f"{fields.place}.FilterPolicy may drop alerts"
    return ""
