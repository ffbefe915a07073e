"""Differences that CloudFormation's drift detection reports although nothing differs.

Each line says which difference it is, down to its values: whatever looks otherwise has drifted.
"""

from dataclasses import dataclass
from typing import Literal

Sameness = Literal[
    # Both values are the same JSON, once text is read as what it says.
    "same value",
    # Both are lists of the same members.
    "same members",
    # The expected value is an ID, the actual one the ARN that ends with it.
    "ARN of the ID",
    # The template says nothing, AWS gives the stack's own account.
    "own account",
    # The template says nothing, AWS lists what it added.
    "not stated",
]


@dataclass(frozen=True, kw_only=True)
class FalseDrift:
    """A difference that is none."""

    # Empty for every type.
    resource_type: str
    # A regular expression for the whole PropertyPath.
    path: str
    sameness: Sameness
    why: str
    source: str


# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues
_ROADMAP = "aws-cloudformation/cloudformation-coverage-roadmap"

FALSE_DRIFT = (
    FalseDrift(
        resource_type="",
        path=r".*",
        sameness="same value",
        why="the value is the same, written as text in one place and as a number, a truth value or "
        "an object in the other",
        source="the two values themselves",
    ),
    FalseDrift(
        resource_type="",
        path=r".*/Kms(Master)?KeyId",
        sameness="ARN of the ID",
        why="the template gives the key's ID, and AWS shows its ARN",
        source=f"{_ROADMAP} 1203, 2233, 2564",
    ),
    FalseDrift(
        resource_type="AWS::EC2::SecurityGroup",
        path=r"/SecurityGroup(Ingress|Egress)/\d+/SourceSecurityGroupOwnerId",
        sameness="own account",
        why="AWS adds the owner of the group that a rule names",
        source=f"go-to-k/cdk-real-drift 430; {_ROADMAP} 1387",
    ),
    FalseDrift(
        resource_type="AWS::ElasticLoadBalancingV2::TargetGroup",
        path=r"/TargetGroupAttributes/\d+",
        sameness="not stated",
        why="AWS lists attributes that the template does not state",
        source=f"{_ROADMAP} 458",
    ),
    FalseDrift(
        resource_type="AWS::RDS::EventSubscription",
        path=r"/(EventCategories|SourceIds)",
        sameness="same members",
        why="the order of the list means nothing",
        source="cfn-lint 1.58, AWS::RDS::EventSubscription: no insertionOrder; botocore "
        "CreateEventSubscription",
    ),
    FalseDrift(
        resource_type="AWS::RDS::DBSubnetGroup",
        path=r"/SubnetIds",
        sameness="same members",
        why="the order of the list means nothing",
        source="cfn-lint 1.58, AWS::RDS::DBSubnetGroup: insertionOrder false",
    ),
)

# Types that drift detection neither checks nor lists. A read handler in the schema is no proof.
NOT_COMPARED = {
    "AWS::Route53::RecordSet": f"{_ROADMAP} 1681, open on 2025-11-28",
    "AWS::SNS::TopicPolicy": "cfn-lint 1.58: its schema has no read handler; botocore "
    "cloudformation, DescribeStackResourceDrifts",
}
