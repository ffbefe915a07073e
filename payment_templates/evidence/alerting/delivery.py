"""Decides whether a message that a service publishes reaches a subscriber."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.filter_policies import lets_through
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.requests import Request
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.topology.alerting.events import AWS_BACKUP, CLOUDWATCH, EVENTBRIDGE
from payment_templates.evidence.topology.alerting.mute_rules import read_mute_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.permissions.policies import Statement
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.topics import Topic

_TOPIC_IN_CONTEXT = "kms:encryptioncontext:aws:sns:topicarn"


def delivery_problem(
    topology: Topology,
    topics: tuple[str, ...],
    publisher: str,
    source: str = "",
    *,
    surely: bool = True,
) -> str:
    """Return why a message of `source`, published by the service `publisher`, has no recipient.

    Empty if the message reaches a subscriber; without `surely`, also if policies have conditions of
    which it is not known whether they hold.
    """
    if not topics:
        return "it has no topic"
    return reused(
        topology.stack,
        lambda: _problem(topology, topics, publisher, source, surely=surely),
        *(topics, publisher, source, surely),
    )


def _problem(
    topology: Topology, topics: tuple[str, ...], publisher: str, source: str, *, surely: bool
) -> str:
    resource = topology.stack.resources.get(source)
    for rule in read_mute_rules(topology.stack) if publisher == CLOUDWATCH else ():
        if rule.always and source in rule.alarms:
            return f"{rule.logical_id} mutes it all the time"
    context = _context(topology, publisher, resource)
    reasons = [
        _no_subscriber(topology.topics[name], publisher, resource)
        or next(_topic_problems(topology.topics[name], publisher, context, surely=surely), "")
        if name in topology.topics
        else "its topic is not in the stack"
        for name in topics
    ]
    return "" if "" in reasons else reasons[0]


def _no_subscriber(topic: Topic, publisher: str, source: StackResource | None) -> str:
    """Return why a topic delivers no message of a source to a subscriber, or ""."""
    if topic.subscribers:
        return ""
    reasons = [*topic.unreachable]
    for subscription in topic.filtered:
        if lets_through(subscription, publisher, source):
            return ""
        reasons.append(f"{subscription.place}.FilterPolicy blocks all messages of {publisher}")
    return "; ".join((f"{topic.logical_id} has no subscriber", *reasons))


def _topic_problems(
    topic: Topic, publisher: str, context: Mapping[str, tuple[str, ...]], *, surely: bool
) -> Iterator[str]:
    def is_let(request: Request, statements: tuple[Statement, ...]) -> bool:
        return request.is_let(statements) if surely else request.may_be_let(statements)

    publish = Request(
        principal=publisher, action="sns:Publish", resource=_names(topic), context=context
    )
    if not is_let(publish, _usable(topic.topic_statements, publisher)):
        yield f"the policy of {topic.logical_id} does not allow {publisher} to publish"
    if topic.key and not topic.key_statements:
        # https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
        yield f"{publisher} may not use the key {topic.key} of {topic.logical_id}"
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    for action in ("kms:Decrypt", "kms:GenerateDataKey") if topic.key else ():
        use = Request(
            principal=publisher,
            action=action,
            # In a key policy, * means the key itself.
            resource=("*",),
            context={**context, _TOPIC_IN_CONTEXT: _names(topic)},
        )
        if not is_let(use, topic.key_statements):
            yield f"the policy of the key {topic.key} does not allow {publisher} to {action}"


def _names(topic: Topic) -> tuple[str, ...]:
    return (topic.arn, f"${{{topic.logical_id}}}")


def _context(
    topology: Topology, publisher: str, source: StackResource | None
) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of a publisher's request, with their values."""
    # "Enforce encryption of data in transit":
    # https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
    known: dict[str, tuple[str, ...]] = {
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (publisher,),
        "aws:securetransport": ("true",),
    }
    if publisher in {AWS_BACKUP, EVENTBRIDGE}:
        return known
    service, kind = ("cloudwatch", "alarm") if publisher == CLOUDWATCH else ("rds", "es")
    origin = f"arn:{topology.stack.partition}:{service}:{topology.stack.region}:{ACCOUNT}"
    name = name_of(source) if source else ""
    own = f"${{{source.logical_id}.Arn}}" if source else ""
    return {
        **known,
        "aws:sourceaccount": (ACCOUNT,),
        "aws:sourcearn": (f"{origin}:{kind}:{name}", own),
        # The predecessor of aws:SourceAccount, which a topic's default policy still uses:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
        "aws:sourceowner": (ACCOUNT,),
    }


def _usable(statements: tuple[Statement, ...], publisher: str) -> tuple[Statement, ...]:
    """Return the statements that apply: for EventBridge, not those that allow with a condition.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    return tuple(
        statement
        for statement in statements
        if publisher != EVENTBRIDGE or not (statement.allows and statement.conditions)
    )
