"""Reads the subscribers of a topic, and the subscriptions that never deliver."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
# The protocols of programs that may notify people, and what their endpoints are. Queues and
# delivery streams only store messages.
_PROGRAMS = {
    "application": "a mobile app",
    "http": "an HTTP endpoint",
    "https": "an HTTPS endpoint",
    "lambda": "a function",
}
# Channels of Amazon Q Developer in chat applications, which subscribes itself to their topics.
_CHANNELS = (
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
    "AWS::Chatbot::SlackChannelConfiguration",
)
CHAT_CHANNEL = "a chat channel"


@dataclass(frozen=True, kw_only=True)
class Subscriptions:
    """The subscriptions of a topic by which people are notified."""

    # The addresses that get every message.
    subscribers: tuple[str, ...]
    # Those that get what their filter policy matches.
    filtered: tuple[Properties, ...]
    # Why the others never deliver.
    unreachable: tuple[str, ...]
    # The endpoints of other programs, such as a pager or a chat, by what they are.
    programs: tuple[str, ...] = ()
    # Their subscriptions; chat channels have none.
    endpoints: tuple[Properties, ...] = ()


def subscriptions_of(stack: Stack, topic: StackResource) -> Subscriptions:
    """Read the subscriptions of a topic."""
    subscribers: list[str] = []
    filtered: list[Properties] = []
    unreachable: list[str] = []
    endpoints: list[Properties] = []
    for fields in _subscriptions(stack, topic):
        protocol, endpoint = fields.text("Protocol"), fields.text("Endpoint")
        if protocol not in _ADDRESSES.keys() | _PROGRAMS.keys():
            continue
        if reason := _why_unreachable(topic, fields):
            unreachable.append(reason)
        elif protocol in _PROGRAMS:
            endpoints.append(fields)
        elif fields.child("FilterPolicy").entries:
            filtered.append(fields)
        else:
            subscribers.append(endpoint)
    return Subscriptions(
        subscribers=tuple(subscribers),
        filtered=tuple(filtered),
        unreachable=tuple(unreachable),
        programs=(*(_PROGRAMS[it.text("Protocol")] for it in endpoints), *_channels(stack, topic)),
        endpoints=tuple(endpoints),
    )


def _channels(stack: Stack, topic: StackResource) -> Iterator[str]:
    """Yield the chat channels that get the messages of a topic."""
    for kind in _CHANNELS:
        for channel in stack.of_type(kind):
            topics = channel.properties.values("SnsTopicArns")
            if any(stack.find(arn, topic.type) is topic for arn in topics):
                yield CHAT_CHANNEL


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
    if protocol in _PROGRAMS:
        return "" if endpoint else f"a subscription by {protocol} has no Endpoint"
    if fields.flag("RawMessageDelivery"):
        # https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
        return f"SNS delivers no raw messages by {protocol}"
    if not _ADDRESSES[protocol].fullmatch(endpoint):
        return f"{endpoint or 'an absent Endpoint'} is not a valid {protocol} address"
    return ""
