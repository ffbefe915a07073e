"""Whether what a service publishes to a topic ever reaches a person."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.parameters import ACCOUNT
from payment_templates.evidence.topology.alerts import CLOUDWATCH, EVENTBRIDGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerts import Topic
    from payment_templates.evidence.topology.policies import Statement


def why_nobody_hears(topology: Topology, topics: tuple[str, ...], publisher: str) -> str:
    """Say why what a service publishes to these topics reaches no person, empty when it does."""
    if not topics:
        return "it goes to no topic"
    reasons = [_why_topic_is_silent(topology.topics.get(name), publisher) for name in topics]
    return "" if "" in reasons else reasons[0]


def _why_topic_is_silent(topic: Topic | None, publisher: str) -> str:
    if topic is None:
        return "it goes to no topic of the stack"
    return next(_topic_problems(topic, publisher), "")


def _topic_problems(topic: Topic, publisher: str) -> Iterator[str]:
    if not topic.people:
        yield f"nobody is subscribed to {topic.logical_id}"
    if not _is_let(topic.topic_statements, publisher, "sns:Publish", topic):
        yield f"the policy of {topic.logical_id} does not let {publisher} publish"
    if topic.key and not topic.key.startswith("${"):
        # https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
        yield f"{publisher} may not use the key {topic.key} of {topic.logical_id}"
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    for action in ("kms:Decrypt", "kms:GenerateDataKey") if topic.key else ():
        if not _is_let(topic.key_statements, publisher, action, topic):
            yield f"the policy of the key {topic.key} does not let {publisher} {action}"


def _is_let(statements: tuple[Statement, ...], service: str, action: str, topic: Topic) -> bool:
    """Tell whether a policy lets a service act: some statement allows it, and none denies it."""
    meant = [
        statement.allows
        for statement in statements
        if statement.covers(service, action)
        and any(_names(resource, topic) for resource in statement.resources)
        and all(_holds(service, key, values, topic) for key, values in statement.conditions.items())
    ]
    return bool(meant) and all(meant)


def _names(resource: str, topic: Topic) -> bool:
    return resource in {"*", f"${{{topic.logical_id}}}"} or fnmatchcase(topic.arn, resource)


def _holds(service: str, key: str, values: tuple[str, ...], topic: Topic) -> bool:
    """Tell whether a publisher's request fulfils a condition of a policy."""
    lowered = key.lower()
    if lowered == "kms:encryptioncontext:aws:sns:topicarn":
        return any(_names(value, topic) for value in values)
    if service == EVENTBRIDGE:
        # A topic policy for EventBridge takes no condition:
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        return False
    if lowered == "aws:sourceaccount":
        return ACCOUNT in values
    if lowered == "aws:sourcearn":
        part = ":cloudwatch:" if service == CLOUDWATCH else ":rds:"
        return any(part in value or value == "*" for value in values)
    return False
