"""Lists what the role of each experiment may do: what the experiment breaks, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import ec2 as network_actions
from awacs import ecs as task_actions
from awacs import rds as database_actions
from awacs import sts, tag
from awacs.aws import (
    Allow,
    ArnEquals,
    ArnLike,
    Condition,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import Sub

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awacs.aws import Action, ConditionElement
    from troposphere import AWSHelperFn, ec2

    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database

# The tag that FIS gives to the network ACLs that it creates, and to nothing else:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorNetworkAccess.html
_MANAGED = "managedByFIS"
_ARN = "arn:${AWS::Partition}:"
_HERE = "${AWS::Region}:${AWS::AccountId}"
_NETWORK_ACLS = Sub(f"{_ARN}ec2:{_HERE}:network-acl/*")


def trust_statement() -> Statement:
    """Return the statement that lets only FIS, for experiments of this account, use a role."""
    # Against the confused deputy, as the guide recommends:
    # https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
    return Statement(
        Effect=Allow,
        Principal=Principal("Service", "fis.amazonaws.com"),
        Action=[sts.AssumeRole],
        Condition=Condition(
            [
                StringEquals("aws:SourceAccount", Sub("${AWS::AccountId}")),
                ArnLike("aws:SourceArn", Sub(f"{_ARN}fis:{_HERE}:experiment/*")),
            ]
        ),
    )


def network_statements(vpc: ec2.VPC, subnets: Sequence[ec2.Subnet]) -> list[Statement]:
    """Return what cuts the network of some subnets."""
    # AWSFaultInjectionSimulatorNetworkAccess, narrowed to these subnets: FIS gives each a network
    # ACL of its own that denies everything, and gives back the former one.
    return [
        _allow(
            "TagNetworkAcl",
            [network_actions.CreateTags],
            [_NETWORK_ACLS],
            StringEquals(
                {"ec2:CreateAction": "CreateNetworkAcl", f"aws:RequestTag/{_MANAGED}": "true"}
            ),
        ),
        _allow(
            "CreateNetworkAcl",
            [network_actions.CreateNetworkAcl],
            [_NETWORK_ACLS],
            StringEquals({f"aws:RequestTag/{_MANAGED}": "true"}),
        ),
        _allow("CreateNetworkAclInVpc", [network_actions.CreateNetworkAcl], [arn_of("vpc", vpc)]),
        _allow(
            "ChangeOwnNetworkAcl",
            [network_actions.CreateNetworkAclEntry, network_actions.DeleteNetworkAcl],
            [_NETWORK_ACLS],
            StringEquals({f"ec2:ResourceTag/{_MANAGED}": "true"}),
        ),
        _allow(
            "ReplaceNetworkAcl",
            [network_actions.ReplaceNetworkAclAssociation],
            [*(arn_of("subnet", subnet) for subnet in subnets), _NETWORK_ACLS],
        ),
        # Descriptions have no resource.
        _allow(
            "Describe",
            [
                network_actions.DescribeManagedPrefixLists,
                network_actions.DescribeNetworkAcls,
                network_actions.DescribeSubnets,
                network_actions.DescribeVpcs,
            ],
            ["*"],
        ),
    ]


def failover_statements(database: Database) -> list[Statement]:
    """Return what fails a cluster over."""
    cluster = database.cluster.get_att("DBClusterArn")
    return [
        _allow("FailOver", [database_actions.FailoverDBCluster], [cluster]),
        # AWS's own policy allows both on *: FIS resolves its targets with them, and AWS does not
        # document that it names a cluster to describe. GetResources has no resource.
        # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorRDSAccess.html
        _allow("FindCluster", [database_actions.DescribeDBClusters, tag.GetResources], ["*"]),
    ]


def stop_task_statements(compute: Compute) -> list[Statement]:
    """Return what stops a task of the cluster."""
    return [
        _allow(
            "StopTask",
            [task_actions.StopTask, task_actions.DescribeTasks],
            [Sub(f"{_ARN}ecs:{_HERE}:task/${{{compute.cluster.title}}}/*")],
        ),
        # ListTasks has no cluster and no task as resource; the key narrows it:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html
        _allow(
            "ListTasks",
            [task_actions.ListTasks],
            ["*"],
            ArnEquals({"ecs:cluster": compute.cluster.get_att("Arn")}),
        ),
        # A statement of its own: the request has no cluster, and a search no resource.
        _allow("FindTasks", [tag.GetResources], ["*"]),
    ]


def arn_of(kind: str, resource: ec2.Subnet | ec2.VPC) -> Sub:
    """Return the ARN of a subnet or VPC."""
    return Sub(f"{_ARN}ec2:{_HERE}:{kind}/${{{resource.title}}}")


def _allow(
    sid: str,
    actions: Sequence[Action],
    resources: Sequence[str | AWSHelperFn],
    only: ConditionElement | None = None,
) -> Statement:
    # One operator for all keys: of two equal operators, awacs writes only the last one.
    condition = {"Condition": Condition(only)} if only else {}
    return Statement(
        Sid=sid, Effect=Allow, Action=list(actions), Resource=list(resources), **condition
    )
