"""Finds the topics that values name, and the policy that a topic ends up with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, UnexpectedValueError, listed

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource, Value

_TOPIC = "AWS::SNS::Topic"
_POLICY, _INLINE_POLICY = "AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"
# aws-cloudformation-resource-providers-sns@a5d3f3c, topicinlinepolicy CreateHandler. The handler of
# a TopicPolicy overwrites any policy.
_REFUSED = "CloudFormation creates none for a topic that already has a policy"


def topics_named(stack: Stack, values: Value) -> tuple[str, ...]:
    """Return the topic of each action: its logical ID, another reference, or ""."""
    return tuple(_named(stack, value) for value in listed(values))


def _named(stack: Stack, value: Value) -> str:
    topic = stack.find(value, _TOPIC, kinds=("arn",))
    if topic:
        return topic.logical_id
    return str(value) if isinstance(value, Reference) else ""


def policy_of(stack: Stack, topic: StackResource) -> StackResource | None:
    """Return the policy of a topic, which has only one: the last that is written.

    None without one. Raises UnexpectedValueError if the template does not decide which one is last.
    """
    policies = [
        policy
        for policy in stack.of_type(_POLICY, _INLINE_POLICY)
        if topic.logical_id in topics_named(stack, _topics(policy))
    ]
    if len(policies) <= 1:
        return policies[0] if policies else None
    names = {policy.logical_id for policy in policies}
    for policy in policies:
        before = stack.dependencies.before(policy.logical_id)
        if names <= {policy.logical_id, *before}:
            if policy.type == _INLINE_POLICY:
                raise UnexpectedValueError(policy.logical_id, _REFUSED)
            return policy
    raise UnexpectedValueError(
        topic.logical_id,
        f"{' and '.join(sorted(names))} set its policy, and the last one replaces the others: the "
        "template does not say which one is last",
    )


def _topics(policy: StackResource) -> Value:
    return policy.properties.get("Topics" if policy.type == _POLICY else "TopicArn")
