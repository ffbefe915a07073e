"""Adds the experiments of a game day: AWS FIS breaks one part of the stack for some minutes.

Only StartExperiment breaks something; a template costs nothing.
https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
"""

from __future__ import annotations

from dataclasses import dataclass
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
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import Sub, fis, iam

from payment_templates import naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awacs.aws import Action, ConditionElement
    from troposphere import AWSHelperFn, cloudwatch, ec2

    from payment_templates.scope import Scope

    from .compute import Compute
    from .database import Database
    from .monitoring import Monitoring
    from .network import Network

# Long enough for the slowest alarm and for ECS to replace the tasks of a zone.
_DURATION = "PT10M"
# The tag that FIS gives to the network ACLs that it creates, and to nothing else:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorNetworkAccess.html
_MANAGED = "managedByFIS"
_ARN = "arn:${AWS::Partition}:"
_HERE = "${AWS::Region}:${AWS::AccountId}"
_NETWORK_ACLS = Sub(f"{_ARN}ec2:{_HERE}:network-acl/*")


@dataclass(frozen=True, kw_only=True)
class _Experiment:
    """What one experiment does, to what, and what its role may do."""

    # PascalCase for logical IDs, and the same in lower case for names.
    title: str
    name: str
    description: str
    targets: dict[str, fis.ExperimentTemplateTarget]
    actions: dict[str, fis.ExperimentTemplateAction]
    statements: Sequence[Statement]


def add_game_day(
    scope: Scope,
    *,
    network: Network,
    database: Database,
    compute: Compute,
    monitoring: Monitoring,
) -> None:
    """Add an experiment for each fault, with a role of its own that can do no more."""
    if not scope.options.game_day:
        return
    alarms = {alarm.title: alarm for alarm in monitoring.alarms}
    for experiment in (
        _lose_zone(network, database),
        _fail_over(database),
        _stop_task(compute),
        _cut_nat(network),
    ):
        _add_experiment(scope, experiment, users_are_hurt=alarms["ResponseTimeAlarm"])


def _lose_zone(network: Network, database: Database) -> _Experiment:
    # As in AWS's scenario "AZ Availability: Power Interruption", for what this stack has in a zone:
    # https://docs.aws.amazon.com/fis/latest/userguide/az-availability-scenario.html
    subnets = (network.public_subnets[0], network.private_subnets[0])
    zone = network.public_subnets[0].get_att("AvailabilityZone")
    return _Experiment(
        title="ZoneLoss",
        name="zone-loss",
        description="The first zone loses its network; a writer in it fails over",
        targets={
            "Subnets": _by_arn("aws:ec2:subnet", [_arn_of("subnet", subnet) for subnet in subnets]),
            "Writer": fis.ExperimentTemplateTarget(
                ResourceType="aws:rds:cluster",
                ResourceTags=naming.tag_map(naming.DATABASE_CLUSTER),
                Parameters={"writerAvailabilityZoneIdentifiers": zone},
                SelectionMode="ALL",
            ),
        },
        actions={
            "CutNetwork": _cut_network(),
            "FailOver": _action("aws:rds:failover-db-cluster", {"Clusters": "Writer"}),
        },
        statements=[*_network_statements(network.vpc, subnets), *_failover_statements(database)],
    )


def _fail_over(database: Database) -> _Experiment:
    return _Experiment(
        title="WriterFailover",
        name="writer-failover",
        description="Aurora promotes a reader",
        targets={"Cluster": _by_arn("aws:rds:cluster", [database.cluster.get_att("DBClusterArn")])},
        actions={"FailOver": _action("aws:rds:failover-db-cluster", {"Clusters": "Cluster"})},
        statements=_failover_statements(database),
    )


def _stop_task(compute: Compute) -> _Experiment:
    cluster = compute.cluster.ref()
    return _Experiment(
        title="TaskLoss",
        name="task-loss",
        description="One task is stopped",
        targets={
            "Task": fis.ExperimentTemplateTarget(
                ResourceType="aws:ecs:task",
                Parameters={"cluster": cluster, "service": compute.service.get_att("Name")},
                SelectionMode="COUNT(1)",
            )
        },
        actions={"Stop": _action("aws:ecs:stop-task", {"Tasks": "Task"})},
        statements=[
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
        ],
    )


def _cut_nat(network: Network) -> _Experiment:
    subnet = network.public_subnets[0]
    return _Experiment(
        title="NatLoss",
        name="nat-loss",
        description="The subnet of the first NAT gateway loses its network",
        targets={"Subnets": _by_arn("aws:ec2:subnet", [_arn_of("subnet", subnet)])},
        actions={"CutNetwork": _cut_network()},
        statements=_network_statements(network.vpc, [subnet]),
    )


def _add_experiment(
    scope: Scope,
    experiment: _Experiment,
    *,
    users_are_hurt: cloudwatch.Alarm | cloudwatch.CompositeAlarm,
) -> None:
    role = _add_role(scope, experiment)
    scope.add(
        fis.ExperimentTemplate(
            f"{experiment.title}Experiment",
            Description=experiment.description,
            RoleArn=role.get_att("Arn"),
            # FIS ends an experiment at once, and restores the network, when this alarm fires.
            StopConditions=[
                fis.ExperimentTemplateStopCondition(
                    Source="aws:cloudwatch:alarm", Value=users_are_hurt.get_att("Arn")
                )
            ],
            Targets=experiment.targets,
            Actions=experiment.actions,
            ExperimentOptions=fis.ExperimentTemplateExperimentOptions(
                AccountTargeting="single-account",
                # A zone without the writer has no cluster to fail over.
                EmptyTargetResolutionMode="skip",
            ),
            Tags=naming.tag_map(experiment.name),
        )
    )


def _add_role(scope: Scope, experiment: _Experiment) -> iam.Role:
    # Against the confused deputy, as the guide recommends:
    # https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
    trust = Statement(
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
    return scope.add(
        iam.Role(
            f"{experiment.title}Role",
            RoleName=naming.physical_name("AWS::IAM::Role", experiment.name),
            AssumeRolePolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[trust]),
            Policies=[
                iam.Policy(
                    PolicyName=experiment.name,
                    PolicyDocument=PolicyDocument(
                        Version="2012-10-17", Statement=list(experiment.statements)
                    ),
                )
            ],
            Tags=naming.tags(f"{experiment.name}-role"),
        )
    )


def _network_statements(vpc: ec2.VPC, subnets: Sequence[ec2.Subnet]) -> list[Statement]:
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
        _allow("CreateNetworkAclInVpc", [network_actions.CreateNetworkAcl], [_arn_of("vpc", vpc)]),
        _allow(
            "ChangeOwnNetworkAcl",
            [network_actions.CreateNetworkAclEntry, network_actions.DeleteNetworkAcl],
            [_NETWORK_ACLS],
            StringEquals({f"ec2:ResourceTag/{_MANAGED}": "true"}),
        ),
        _allow(
            "ReplaceNetworkAcl",
            [network_actions.ReplaceNetworkAclAssociation],
            [*(_arn_of("subnet", subnet) for subnet in subnets), _NETWORK_ACLS],
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


def _failover_statements(database: Database) -> list[Statement]:
    cluster = database.cluster.get_att("DBClusterArn")
    return [
        _allow("FailOver", [database_actions.FailoverDBCluster], [cluster]),
        # AWS's own policy allows both on *: FIS resolves its targets with them, and AWS does not
        # document that it names a cluster to describe. GetResources has no resource.
        # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorRDSAccess.html
        _allow("FindCluster", [database_actions.DescribeDBClusters, tag.GetResources], ["*"]),
    ]


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


def _by_arn(kind: str, arns: Sequence[AWSHelperFn]) -> fis.ExperimentTemplateTarget:
    return fis.ExperimentTemplateTarget(
        ResourceType=kind, ResourceArns=list(arns), SelectionMode="ALL"
    )


def _action(action: str, targets: dict[str, str]) -> fis.ExperimentTemplateAction:
    return fis.ExperimentTemplateAction(ActionId=action, Targets=targets)


def _cut_network() -> fis.ExperimentTemplateAction:
    # "all" denies all traffic that enters or leaves the subnet.
    return fis.ExperimentTemplateAction(
        ActionId="aws:network:disrupt-connectivity",
        Parameters={"duration": _DURATION, "scope": "all"},
        Targets={"Subnets": "Subnets"},
    )


def _arn_of(kind: str, resource: ec2.Subnet | ec2.VPC) -> Sub:
    return Sub(f"{_ARN}ec2:{_HERE}:{kind}/${{{resource.title}}}")
