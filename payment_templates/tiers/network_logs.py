"""Adds the logs of the VPC: its traffic and the names that it looks up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import logs as log_actions
from awacs import sts
from awacs.aws import (
    Allow,
    ArnLike,
    Condition,
    PolicyDocument,
    Principal,
    Statement,
    StringEquals,
)
from troposphere import AWS_ACCOUNT_ID, Ref, Sub, ec2, iam, route53resolver

from payment_templates import naming

if TYPE_CHECKING:
    from troposphere import logs

    from payment_templates.scope import Scope

    from .log_groups import LogGroups
    from .network import Network


def add_network_logs(scope: Scope, *, log_groups: LogGroups, network: Network) -> None:
    """Add the flow log and the query log of the VPC, each with its option."""
    if log_groups.flow_logs:
        _add_flow_log(scope, network, log_groups.flow_logs)
    if log_groups.dns_query_logs:
        _add_query_log(scope, network, log_groups.dns_query_logs)


def _add_flow_log(scope: Scope, network: Network, group: logs.LogGroup) -> None:
    role = _add_role(scope)
    policy = scope.add(
        iam.ManagedPolicy(
            "FlowLogPolicy",
            ManagedPolicyName=naming.physical_name("AWS::IAM::ManagedPolicy", "flow-log"),
            Roles=[role.ref()],
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[_write(group)]),
        )
    )
    scope.add(
        ec2.FlowLog(
            "FlowLog",
            # Without its permissions, the first deliveries fail.
            DependsOn=[policy.title],
            ResourceType="VPC",
            ResourceId=network.vpc.ref(),
            TrafficType="ALL",
            LogDestinationType="cloud-watch-logs",
            LogGroupName=group.ref(),
            DeliverLogsPermissionArn=role.get_att("Arn"),
            Tags=naming.tags("flow-log"),
        )
    )


def _add_role(scope: Scope) -> iam.Role:
    # https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    flow_logs = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc-flow-log/*"
    trust = Statement(
        Effect=Allow,
        Principal=Principal("Service", "vpc-flow-logs.amazonaws.com"),
        Action=[sts.AssumeRole],
        Condition=Condition(
            [
                StringEquals("aws:SourceAccount", Ref(AWS_ACCOUNT_ID)),
                ArnLike("aws:SourceArn", Sub(flow_logs)),
            ]
        ),
    )
    return scope.add(
        iam.Role(
            "FlowLogRole",
            RoleName=naming.physical_name("AWS::IAM::Role", "flow-log"),
            AssumeRolePolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[trust]),
            Tags=naming.tags("flow-log-role"),
        )
    )


def _write(group: logs.LogGroup) -> Statement:
    # Not CreateLogGroup: the group exists, and a late delivery must not create it again after the
    # stack is deleted.
    return Statement(
        Sid="WriteLogs",
        Effect=Allow,
        Action=[
            log_actions.CreateLogStream,
            log_actions.DescribeLogGroups,
            log_actions.DescribeLogStreams,
            log_actions.PutLogEvents,
        ],
        Resource=[group.get_att("Arn")],
    )


def _add_query_log(scope: Scope, network: Network, group: logs.LogGroup) -> None:
    # Resolver gets its permission from the policy that it adds to the log group:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
    configuration = scope.add(
        route53resolver.ResolverQueryLoggingConfig(
            "DnsQueryLog",
            Name=naming.physical_name(
                "AWS::Route53Resolver::ResolverQueryLoggingConfig", "dns-queries"
            ),
            DestinationArn=group.get_att("Arn"),
        )
    )
    scope.add(
        route53resolver.ResolverQueryLoggingConfigAssociation(
            "DnsQueryLogOfVpc",
            ResolverQueryLogConfigId=configuration.ref(),
            ResourceId=network.vpc.ref(),
        )
    )
