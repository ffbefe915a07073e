"""Finds subscriptions that move into their topic, and that the update then removes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import entries, is_same
from payment_templates.report.comparison.inline_policies import KEEPING
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.report.comparison.change import ResourceChange

_TOPIC = "AWS::SNS::Topic"
_SUBSCRIPTION = "AWS::SNS::Subscription"
# Subscribe returns the subscription that exists: measured in github.com/go-to-k/cdkd/issues/1967.
_MOVED = (
    "its Subscription has the Protocol and Endpoint of {old}, and there can be only one: the "
    "update deletes it at its end, with {old}. Keep {old}"
)


def undo_moved_subscriptions(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Mark the topics whose own list subscribes what a removed resource subscribed."""
    removed = [
        before.resources[change.logical_id]
        for change in found.values()
        if change.type == _SUBSCRIPTION and change.effect is Effect.REMOVED
    ]
    for old in (it for it in removed if it.deletion_policy not in KEEPING):
        for topic in _topics(old, after):
            change = found.get(topic.logical_id)
            if (
                change
                and change.effect in {Effect.IN_PLACE, Effect.INTERRUPTION}
                and _subscribes(topic, old.properties.entries)
            ):
                why = _MOVED.format(old=old.logical_id)
                found[topic.logical_id] = replace(change, effect=Effect.UNDONE, why=why)


def _topics(subscription: StackResource, stack: Stack) -> Iterator[StackResource]:
    for name in mentioned(subscription.properties.entries.get("TopicArn")):
        topic = stack.resources.get(name)
        if topic and topic.type == _TOPIC:
            yield topic


def _subscribes(topic: StackResource, wanted: Mapping[str, Value]) -> bool:
    return any(
        isinstance(entry, Mapping)
        and all(is_same(entry.get(it), wanted.get(it)) for it in ("Protocol", "Endpoint"))
        for entry in entries(topic.properties.entries.get("Subscription"))
    )
