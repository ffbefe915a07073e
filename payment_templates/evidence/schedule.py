"""How long CloudFormation takes to create the stack: the slowest chain of resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack

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
    order = stack.dependencies.creation_order
    if sum(map(len, order)) < len(stack.resources):
        cycle = stack.dependencies.cycles[0]
        raise TemplateError(f"Resources.{cycle[0]} waits for itself: {' -> '.join(cycle)}")
    seconds = {
        name: CREATION_SECONDS.get(resource.type, 0) for name, resource in stack.resources.items()
    }
    chain = stack.dependencies.critical_path(seconds)
    return tuple((name, seconds[name]) for name in chain if seconds[name])
