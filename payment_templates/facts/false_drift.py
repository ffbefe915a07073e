"""Lists false positives of CloudFormation's drift detection.

Each entry matches one exact kind of difference; anything else is real drift.
"""

from dataclasses import dataclass
from typing import Literal

Sameness = Literal[
    # Both values are the same JSON after text is converted to numbers, booleans or objects.
    "same value",
    # Both are lists with the same members in any order.
    "same members",
    # The expected value is an ID, the actual value is the ARN that ends with it.
    "ARN of the ID",
    # The template has no value, and AWS returns the stack's account ID.
    "own account",
    # The template has no value, and AWS returns an entry that it added.
    "not stated",
    # Both are the same text but for its case.
    "same in lower case",
    # Two ARNs that differ in their region alone.
    "another region",
    # The template has a value, and AWS returns none.
    "not returned",
]


@dataclass(frozen=True, kw_only=True)
class FalseDrift:
    """One kind of false positive."""

    # Empty for all types.
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
        why="the value is the same, but one side has it as text and the other as a number, a "
        "boolean or an object",
        source="the two values themselves",
    ),
    FalseDrift(
        resource_type="",
        path=r".*/Kms(Master)?KeyId",
        sameness="ARN of the ID",
        why="the template has the key's ID, and AWS returns its ARN",
        source=f"{_ROADMAP} 1203, 2233, 2564",
    ),
    FalseDrift(
        resource_type="AWS::EC2::SecurityGroup",
        path=r"/SecurityGroup(Ingress|Egress)/\d+/SourceSecurityGroupOwnerId",
        sameness="own account",
        why="AWS adds the account ID of the security group that a rule refers to",
        source=f"go-to-k/cdk-real-drift 430; {_ROADMAP} 1387",
    ),
    FalseDrift(
        resource_type="AWS::ElasticLoadBalancingV2::TargetGroup",
        path=r"/TargetGroupAttributes/\d+",
        sameness="not stated",
        why="AWS also returns attributes that the template does not set",
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
    FalseDrift(
        resource_type="AWS::RDS::GlobalCluster",
        path=r"/SourceDBClusterIdentifier",
        sameness="another region",
        why="AWS returns the cluster that writes now, after a switchover or failover",
        source=f"{_ROADMAP} 1856",
    ),
    FalseDrift(
        resource_type="AWS::RDS::GlobalCluster",
        path=r"/GlobalClusterIdentifier",
        sameness="same in lower case",
        why="RDS stores the identifier in lower case",
        source="aws-cloudformation-resource-providers-rds, pull 424",
    ),
    FalseDrift(
        resource_type="AWS::RDS::GlobalCluster",
        path=r"/Tags(/.*)?",
        sameness="not returned",
        why="AWS does not return the tags of a global database to CloudFormation",
        source=f"{_ROADMAP} 2275",
    ),
    # A cluster that has really left is found by its membership: rollout/stack/separated_members.
    FalseDrift(
        resource_type="AWS::RDS::DBCluster",
        path=r"/GlobalClusterIdentifier",
        sameness="not returned",
        why="AWS may not return the global database of a cluster to CloudFormation",
        source=f"{_ROADMAP} 1857",
    ),
)

# Types that drift detection skips. A read handler in a schema does not prove the opposite.
NOT_COMPARED = {
    "AWS::Route53::RecordSet": f"{_ROADMAP} 1681, open on 2025-11-28",
    "AWS::SNS::TopicPolicy": "cfn-lint 1.58: its schema has no read handler; botocore "
    "cloudformation, DescribeStackResourceDrifts",
}
