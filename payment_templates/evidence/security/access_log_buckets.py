"""Finds the buckets that may have S3's own key, because only load balancers write to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.arn_patterns import is_wide
from payment_templates.evidence.permissions.documents import statements_of
from payment_templates.evidence.permissions.policies import is_action
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.evidence.permissions.policies import Statement

_BALANCER, _BUCKET = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::S3::Bucket"
# Types that write to a bucket which they name: resource schemas in cfn-lint 1.58.
_WRITERS = {
    "AWS::CloudTrail::Trail",
    "AWS::Config::DeliveryChannel",
    "AWS::EC2::FlowLog",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Logs::DeliveryDestination",
    "AWS::Route53Resolver::ResolverQueryLoggingConfig",
    # Another bucket: its access logs, its inventory or its copies.
    _BUCKET,
    "AWS::WAFv2::LoggingConfiguration",
}
# They name a bucket in a policy for it, and write nothing.
_POLICIES = {"AWS::EC2::VPCEndpoint", "AWS::KMS::Key", "AWS::S3::BucketPolicy"}
_IDENTITIES = "AWS::IAM::"
_PUT = "s3:PutObject"


def log_buckets_with_own_key(stack: Stack) -> list[StackResource]:
    """Return the buckets with S3's own key to which only load balancers write."""
    logs = {bucket.logical_id: bucket for bucket in access_log_buckets(stack)}
    return [
        bucket
        for bucket in logs.values()
        if _has_own_key_of_s3(bucket)
        and not any(_writes(each, bucket) for each in stack.resources.values())
    ]


def why_no_exception(stack: Stack, bucket: StackResource) -> str:
    """Return what else writes to a bucket of access logs with S3's own key; "" for any other."""
    if bucket not in [*access_log_buckets(stack)] or not _has_own_key_of_s3(bucket):
        return ""
    writers = [each.logical_id for each in stack.resources.values() if _writes(each, bucket)]
    return (
        "S3's own key is accepted only while load balancers alone write to it, and "
        f"{', '.join(writers)} may write to it"
    )


def users_of(stack: Stack, bucket: StackResource) -> Iterator[StackResource]:
    """Yield the resources that name a bucket and may write to it."""
    for resource in stack.resources.values():
        is_judged = resource.type in {_BALANCER, *_POLICIES, *_WRITERS}
        if not is_judged and not resource.type.startswith(_IDENTITIES) and _names(resource, bucket):
            yield resource


def access_log_buckets(stack: Stack) -> Iterator[StackResource]:
    """Yield the buckets of the stack to which load balancers write access logs."""
    for balancer in stack.of_type(_BALANCER):
        fields = balancer.properties
        if not fields.attributes("LoadBalancerAttributes").flag("access_logs.s3.enabled"):
            continue
        for attribute in fields.children("LoadBalancerAttributes"):
            if attribute.text("Key") == "access_logs.s3.bucket":
                bucket = stack.find(attribute.get("Value"), _BUCKET)
                if bucket is not None:
                    yield bucket


def _has_own_key_of_s3(bucket: StackResource) -> bool:
    rules = bucket.properties.child("BucketEncryption").children(
        "ServerSideEncryptionConfiguration"
    )
    used = [rule.child("ServerSideEncryptionByDefault").text("SSEAlgorithm") for rule in rules]
    return used == ["AES256"]


def _writes(resource: StackResource, bucket: StackResource) -> bool:
    """Return whether a resource writes to a bucket, or permits a role or user to do so."""
    if resource.type.startswith(_IDENTITIES):
        return any(_permits(it, bucket) for it in statements_of(resource))
    return resource is not bucket and resource.type in _WRITERS and _names(resource, bucket)


def _permits(statement: Statement, bucket: StackResource) -> bool:
    puts = any(is_action(pattern, _PUT) for pattern in statement.actions)
    if not statement.allows or puts is statement.but_actions:
        return False
    is_in = _test_for(bucket)
    meant = any(is_wide(it) or is_in(it) for it in statement.resources)
    return meant or statement.but_resources


def _names(resource: StackResource, bucket: StackResource) -> bool:
    return any(map(_test_for(bucket), resource.derived(_texts)))


def _texts(resource: StackResource) -> tuple[str, ...]:
    return tuple(str(value) for value in _leaves(resource.properties.entries))


def _test_for(bucket: StackResource) -> Callable[[str], bool]:
    """Return whether a text is the name or ARN of a bucket, or of something in it."""
    name = name_of(bucket)
    references = (f"${{{bucket.logical_id}}}", f"${{{bucket.logical_id}.")

    def is_in(text: str) -> bool:
        if any(reference in text for reference in references):
            return True
        return bool(name) and text.rpartition(":::")[2].partition("/")[0] == name

    return is_in


def _leaves(value: Value) -> Iterator[Value]:
    if isinstance(value, Mapping):
        for entry in value.values():
            yield from _leaves(entry)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from _leaves(entry)
    elif value is not None:
        yield value
