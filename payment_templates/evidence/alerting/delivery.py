"""Decides whether a message that a service publishes reaches a subscriber."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Unknown, UnknownValueError
from payment_templates.evidence.alerting.filter_policies import lets_through
from payment_templates.evidence.alerting.input_templates import is_shown_in_chat
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.keys import names_in_own_policy
from payment_templates.evidence.permissions.requests import Request
from payment_templates.evidence.permissions.service_requests import context_of_service
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.topology.alerting.events import AWS_BACKUP, CLOUDWATCH, EVENTBRIDGE
from payment_templates.evidence.topology.alerting.mute_rules import always_muted_by
from payment_templates.evidence.topology.alerting.subscriptions import CHAT_CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.permissions.policies import Statement
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.topics import Topic

_TOPIC_IN_CONTEXT = "kms:encryptioncontext:aws:sns:topicarn"


def delivery_problem(
    topology: Topology, topics: tuple[str, ...], publisher: str, source: str = ""
) -> str:
    """Return why a message of `source`, published by the service `publisher`, has no recipient.

    Empty if the message reaches a subscriber. Raises UnknownValueError if that depends on policy
    conditions of which it is not known whether they hold.
    """
    problem, doubt = _outcome(topology, topics, publisher, source)
    if doubt:
        raise UnknownValueError("", Unknown(reason=f"it is not known whether {doubt}"))
    return problem


def delivers(
    topology: Topology, topics: tuple[str, ...], publisher: str, source: str
) -> bool | None:
    """Return whether a message reaches a subscriber; None if policy conditions decide that."""
    problem, doubt = _outcome(topology, topics, publisher, source)
    return None if doubt else not problem


def confirmation(topics: Iterable[Topic]) -> str:
    """Return what must happen outside the stack before topics notify anyone."""
    mailed: list[str] = []
    others: list[str] = []
    for topic in topics:
        if topic.subscribers or topic.filtered:
            mailed.append(topic.logical_id)
        elif topic.programs:
            programs = " or ".join(dict.fromkeys(topic.programs))
            others.append(f"if {programs} that gets the messages of {topic.logical_id} notifies")
    words = ["once the subscription e-mail from SNS is confirmed"] if mailed else []
    words += [f"{other} someone, which is not in the template" for other in others]
    return " and ".join(words)


def _outcome(
    topology: Topology, topics: tuple[str, ...], publisher: str, source: str
) -> tuple[str, str]:
    """Return why a message has no recipient, or else why it may have none."""
    if not topics:
        return "it has no topic", ""
    return reused(
        topology.stack,
        lambda: _problem(topology, topics, publisher, source),
        *(topics, publisher, source),
    )


def _problem(
    topology: Topology, topics: tuple[str, ...], publisher: str, source: str
) -> tuple[str, str]:
    resource = topology.stack.resources.get(source)
    if publisher == CLOUDWATCH and (rule := always_muted_by(topology.stack, source)):
        return f"{rule} mutes it all the time", ""
    context = _context(topology, publisher, resource)
    reasons: list[str] = []
    doubts: list[str] = []
    for name in topics:
        topic = topology.topics.get(name)
        if topic is None:
            reasons.append("its topic is not in the stack")
        elif reason := _no_subscriber(topic, publisher, resource):
            reasons.append(reason)
        else:
            refused, doubted = _topic_problems(topology.stack, topic, publisher, context)
            if not refused and not doubted:
                return "", ""
            (reasons if refused else doubts).append(refused or doubted)
    return ("", doubts[0]) if doubts else (reasons[0], "")


def _no_subscriber(topic: Topic, publisher: str, source: StackResource | None) -> str:
    """Return why a topic delivers no message of a source to a subscriber, or ""."""
    if topic.subscribers or _is_shown_in_chat(topic, publisher, source):
        return ""
    reasons = [*topic.unreachable]
    for subscription in (*topic.filtered, *topic.endpoints):
        if not subscription.child("FilterPolicy").entries:
            return ""
        if lets_through(subscription, publisher, source):
            return ""
        reasons.append(f"{subscription.place}.FilterPolicy blocks all messages of {publisher}")
    return "; ".join((f"{topic.logical_id} has no subscriber", *reasons))


def _is_shown_in_chat(topic: Topic, publisher: str, source: StackResource | None) -> bool:
    """Return whether a chat channel shows the messages: alarms, and events in its own format.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/related-services.html
    """
    if CHAT_CHANNEL not in topic.programs:
        return False
    if publisher == CLOUDWATCH:
        return True
    targets = source.properties.children("Targets") if source else ()
    return publisher == EVENTBRIDGE and bool(targets) and all(map(is_shown_in_chat, targets))


def _topic_problems(
    stack: Stack, topic: Topic, publisher: str, context: Mapping[str, tuple[str, ...]]
) -> tuple[str, str]:
    """Return why a topic accepts no message of a publisher, and what is not known about that."""
    # Publish, KMSDisabledException and KMSInvalidStateException.
    if topic.key_problem:
        return f"{topic.logical_id} encrypts no message: {topic.key_problem}", ""
    problem = doubt = ""
    for policy, what, answer in _permissions(stack, topic, publisher, context):
        if answer is False:
            problem = problem or f"{policy} does not allow {publisher} to {what}"
        elif answer is None:
            doubt = doubt or f"{policy} allows {publisher} to {what}"
    return problem, doubt


def _permissions(
    stack: Stack, topic: Topic, publisher: str, context: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str, bool | None]]:
    """Yield each policy that decides, an action, and whether it allows that."""
    publish = Request(
        principal=publisher, action="sns:Publish", resource=_names(topic), context=context
    )
    answer = publish.answer(_usable(topic.topic_statements, publisher))
    yield f"the policy of {topic.logical_id}", "publish", answer
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    for action in ("kms:Decrypt", "kms:GenerateDataKey") if topic.key else ():
        use = Request(
            principal=publisher,
            action=action,
            resource=names_in_own_policy(stack),
            context={**context, _TOPIC_IN_CONTEXT: _names(topic)},
        )
        # The key of another stack or of AWS lets no service in:
        # https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
        answer = use.answer(topic.key_statements)
        yield f"the policy of the key {topic.key}", action, answer


def _names(topic: Topic) -> tuple[str, ...]:
    return (topic.arn, f"${{{topic.logical_id}}}")


def _context(
    topology: Topology, publisher: str, source: StackResource | None
) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of a publisher's request, with their values."""
    # SNS uses the key for the publisher: which of them kms:ViaService has is not known.
    known = context_of_service(topology.stack, publisher, "sns")
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
