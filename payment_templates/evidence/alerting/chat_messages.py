"""Decides whether a chat channel shows the messages of an event rule or subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.input_templates import is_shown_in_chat
from payment_templates.evidence.topology.alerting.subscriptions import CHAT_CHANNEL

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.events import EventPath


def reaches_chat(topology: Topology, path: EventPath) -> bool:
    """Return whether a topic with a chat channel gets the messages."""
    topics = [topology.topics[name] for name in path.topics if name in topology.topics]
    return any(CHAT_CHANNEL in topic.programs for topic in topics)


def is_shown(topology: Topology, path: EventPath) -> bool:
    """Return whether a chat channel gets the messages, and shows them.

    It shows none of RDS's own subscriptions, which are not in its format:
    https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
    """
    rule = topology.stack.of(path.logical_id, "AWS::Events::Rule")
    return (
        reaches_chat(topology, path)
        and rule is not None
        and all(map(is_shown_in_chat, rule.properties.children("Targets")))
    )
