"""How long CloudFormation takes to create the stack: the slowest chain of resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.errors import UnresolvedError
from payment_templates.evidence.resolve.values import Reference, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Value

# Averages in seconds from `rain forecast` (github.com/aws-cloudformation/rain, estimate.go);
# a type that it does not list counts as 0.
CREATION_SECONDS = {
    "AWS::CloudFormation::StackSet": 17,
    "AWS::CloudWatch::Alarm": 2,
    "AWS::CloudWatch::Dashboard": 2,
    "AWS::EC2::NatGateway": 106,
    "AWS::EC2::VPCEndpoint": 47,
    "AWS::ECS::Service": 119,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 116,
    "AWS::IAM::Role": 12,
    "AWS::KMS::Alias": 62,
    "AWS::KMS::Key": 122,
    "AWS::RDS::DBCluster": 222,
    "AWS::RDS::DBInstance": 595,
    "AWS::RDS::DBProxy": 225,
    "AWS::RDS::GlobalCluster": 2,
    "AWS::Route53::HostedZone": 71,
    "AWS::Route53::RecordSet": 20,
}


def slowest_chain(stack: Stack) -> tuple[tuple[str, int], ...]:
    """Give the chain of resources, with seconds, that creation cannot be shorter than."""
    waits = {
        name: [other for other in _waits(resource) if other in stack.resources]
        for name, resource in stack.resources.items()
    }
    ends: dict[str, tuple[int, str]] = {}
    under_way: set[str] = set()

    def end(name: str) -> int:
        if name not in ends:
            if name in under_way:
                raise UnresolvedError(f"Resources.{name}", "it waits for itself: a circle")
            under_way.add(name)
            before = max(((end(other), other) for other in waits[name]), default=(0, ""))
            seconds = CREATION_SECONDS.get(stack.resources[name].type, 0)
            ends[name] = (before[0] + seconds, before[1])
        return ends[name][0]

    last = max(stack.resources, key=end)
    chain: list[tuple[str, int]] = []
    while last:
        seconds = CREATION_SECONDS.get(stack.resources[last].type, 0)
        if seconds:
            chain.append((last, seconds))
        last = ends[last][1]
    return tuple(reversed(chain))


@cache
def _waits(resource: Resource) -> tuple[str, ...]:
    """List what a resource waits for: by DependsOn, or because it refers to it."""
    return tuple(sorted({*resource.depends_on, *_named(resource.fields.entries)}))


def _named(value: Value) -> Iterator[str]:
    """Find every resource that a value refers to."""
    if isinstance(value, Reference):
        yield value.logical_id
    elif isinstance(value, Text):
        yield from (part.logical_id for part in value.parts if isinstance(part, Reference))
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from _named(entry)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from _named(entry)
