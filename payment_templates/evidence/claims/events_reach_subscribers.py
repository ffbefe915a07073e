"""Checks that every event rule and RDS event subscription notifies a subscriber."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.chat_messages import is_shown, reaches_chat
from payment_templates.evidence.alerting.delivery import confirmation, delivery_problem
from payment_templates.evidence.alerting.input_templates import unfilled_placeholders
from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.topology.alerting.topic_policies import topics_named

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.events import EventPath


@claim(
    "Every event rule and subscription notifies a confirmed subscriber",
    "Requirement 6",
    "Requirement 7",
)
def events_reach_subscribers(topology: Topology) -> Finding:
    """Check that every event rule and RDS event subscription can publish to a subscribed topic.

    Follows it to its topic, the topic policy, the key policy and the SNS subscription. A topic
    policy for EventBridge must have no condition, a target should have no role, and a path must
    fill each placeholder of a text:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    Chat channels show only messages in their own format; whether another program that gets the
    messages notifies someone is a condition.
    """
    paths = [path for path in topology.event_paths if not _is_forwarded(topology, path)]
    if not paths:
        return absent("there is no event rule and no RDS event subscription")
    for path in paths:
        if problem := delivery_problem(topology, path.topics, path.publisher, path.logical_id):
            return broken(f"{path.logical_id} sends no notification: {problem}")
    for rule in topology.stack.of_type("AWS::Events::Rule"):
        for target in rule.properties.children("Targets"):
            for name in unfilled_placeholders(target):
                return broken(f"{rule.logical_id} fills <{name}> with nothing: no path has it")
    lines = [
        f"{path.logical_id} ({path.publisher}): {', '.join(path.kinds)} -> {', '.join(path.topics)}"
        for path in paths
    ]
    names = {name for path in paths for name in path.topics}
    why = confirmation(topic for name, topic in topology.topics.items() if name in names)
    if roles := [path.logical_id for path in paths if _uses_role(topology, path)]:
        why += f", and if EventBridge can publish with the role of {', '.join(roles)}"
    if dropped := [path.logical_id for path in paths if _is_dropped_by_chat(topology, path)]:
        lines.append(f"chat channels show nothing of {', '.join(dropped)}: not in their format")
    if dropped and len(dropped) == len(paths):
        why += "; chat channels show none of these events"
    return conditional(why, *lines)


def _uses_role(topology: Topology, path: EventPath) -> bool:
    """Return whether a rule has a role for a topic, so that its delivery may fail.

    Particularly to encrypted topics:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    rule = topology.stack.of(path.logical_id, "AWS::Events::Rule")
    targets = rule.properties.children("Targets") if rule else ()
    with_role = [to.get("Arn") for to in targets if "RoleArn" in to]
    return any(topics_named(topology.stack, with_role))


def _is_dropped_by_chat(topology: Topology, path: EventPath) -> bool:
    return reaches_chat(topology, path) and not is_shown(topology, path)


def _is_forwarded(topology: Topology, path: EventPath) -> bool:
    """Return whether a rule only sends events to another event bus, and alerts no one."""
    rule = topology.stack.of(path.logical_id, "AWS::Events::Rule")
    targets = rule.properties.children("Targets") if rule else ()
    return bool(targets) and all(":event-bus/" in str(to.get("Arn")) for to in targets)
