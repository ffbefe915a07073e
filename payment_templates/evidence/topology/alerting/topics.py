"""Reads SNS topics: who may publish, which key encrypts them, and who is subscribed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.keys import find_key, why_unusable
from payment_templates.evidence.permissions.policies import Statement, read_statements
from payment_templates.evidence.topology.alerting.subscriptions import subscriptions_of
from payment_templates.evidence.topology.alerting.topic_policies import policy_of

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

# The policy that SNS gives a topic by default: its own account may publish, and services on its
# behalf.
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
_DEFAULT_POLICY = Properties(
    place="the default policy of SNS",
    entries={
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish"],
            "Resource": "*",
            "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }
    },
)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """An SNS topic, its subscribers, its policy and the policy of its key."""

    logical_id: str
    arn: str
    key: str
    # Why SNS cannot encrypt with the key, whatever its policy allows; else empty.
    key_problem: str
    subscribers: tuple[str, ...]
    # The subscriptions that deliver what their filter policy matches.
    filtered: tuple[Properties, ...]
    # Why each other subscription never delivers.
    unreachable: tuple[str, ...]
    # What other programs get the messages, chat channels too, and the subscriptions of those that
    # have one. Whether they notify anyone is not in the template.
    programs: tuple[str, ...]
    endpoints: tuple[Properties, ...]
    topic_statements: tuple[Statement, ...]
    key_statements: tuple[Statement, ...]


def read_topics(stack: Stack) -> dict[str, Topic]:
    """Read every topic by logical ID, with its subscriptions, its policy and its key's policy."""
    return {topic.logical_id: _topic(stack, topic) for topic in stack.of_type("AWS::SNS::Topic")}


def _topic(stack: Stack, topic: StackResource) -> Topic:
    name = topic.logical_id
    key = topic.properties.get("KmsMasterKeyId")
    key_resource = find_key(stack, key)
    policy = policy_of(stack, topic)
    found = subscriptions_of(stack, topic)
    return Topic(
        logical_id=name,
        arn=_arn(stack, topic),
        key="" if key is None else str(key),
        key_problem=why_unusable(key_resource) if key_resource else "",
        subscribers=found.subscribers,
        filtered=found.filtered,
        unreachable=found.unreachable,
        programs=found.programs,
        endpoints=found.endpoints,
        topic_statements=(
            _statements(policy, "PolicyDocument") if policy else read_statements(_DEFAULT_POLICY)
        ),
        key_statements=_statements(key_resource, "KeyPolicy") if key_resource else (),
    )


def _statements(resource: StackResource, name: str) -> tuple[Statement, ...]:
    return read_statements(resource.properties.child(name))


def _arn(stack: Stack, topic: StackResource) -> str:
    physical = topic.properties.text("TopicName")
    own = f"${{{topic.logical_id}}}"
    return f"arn:{stack.partition}:sns:{stack.region}:{ACCOUNT}:{physical}" if physical else own
