"""Lists which value a property accepts (an ARN, an ID or a name), and of which resource type.

Formats: AWS's resource schemas as cfn-lint 1.58 ships them, with its `format` of properties and
attributes (https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/format_keyword.md). A test
compares every line with them. Other lines: the description of the property in botocore 1.43.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["arn", "id", "name", "url", "dns name"]

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_CLUSTER = "AWS::RDS::DBCluster"
_GROUP = "AWS::EC2::SecurityGroup"
_INSTANCE = "AWS::RDS::DBInstance"
_ROLE = "AWS::IAM::Role"
_SUBNET = "AWS::EC2::Subnet"
_TOPIC = "AWS::SNS::Topic"
_VAULTS = ("AWS::Backup::BackupVault", "AWS::Backup::LogicallyAirGappedBackupVault")
_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias")


@dataclass(frozen=True, kw_only=True)
class Takes:
    """What a property accepts."""

    kinds: tuple[Kind, ...]
    # The types of resource whose value it is; empty for any.
    types: tuple[str, ...] = ()
    # The entry applies only if the sibling property of this name has one of the values.
    beside: str = ""
    values: tuple[str, ...] = ()


def _arn(*types: str) -> Takes:
    return Takes(kinds=("arn",), types=types)


def _id(*types: str) -> Takes:
    return Takes(kinds=("id",), types=types)


def _name(*types: str) -> Takes:
    return Takes(kinds=("name",), types=types)


def _either(*types: str) -> Takes:
    return Takes(kinds=("name", "arn"), types=types)


_KEY = Takes(
    kinds=("id", "arn", "name"), types=("AWS::KMS::Key", "AWS::KMS::ReplicaKey", "AWS::KMS::Alias")
)
# Properties, and attributes, that have one meaning in every type that has them.
_BY_NAME = {
    **dict.fromkeys(
        (
            "KmsKeyId",
            "KmsMasterKeyId",
            "PerformanceInsightsKMSKeyId",
            "PerformanceInsightsKmsKeyId",
        ),
        _KEY,
    ),
    "AllocationId": _id("AWS::EC2::EIP"),
    "DefaultSecurityGroup": _id(_GROUP),
    "DestinationSecurityGroupId": _id(_GROUP),
    "HealthCheckId": _id("AWS::Route53::HealthCheck"),
    "InternetGatewayId": _id("AWS::EC2::InternetGateway"),
    "NatGatewayId": _id("AWS::EC2::NatGateway"),
    "NetworkAclId": _id("AWS::EC2::NetworkAcl"),
    "RouteTableId": _id("AWS::EC2::RouteTable"),
    "RouteTableIds": _id("AWS::EC2::RouteTable"),
    "SecurityGroupIds": _id(_GROUP),
    "SecurityGroups": _id(_GROUP),
    "SourceSecurityGroupId": _id(_GROUP),
    "SubnetId": _id(_SUBNET),
    "SubnetIds": _id(_SUBNET),
    "Subnets": _id(_SUBNET),
    "TransitGatewayId": _id("AWS::EC2::TransitGateway"),
    "VPCId": _id("AWS::EC2::VPC"),
    "VpcId": _id("AWS::EC2::VPC"),
    "VpcSecurityGroupIds": _id(_GROUP),
    "VpcSubnetIds": _id(_SUBNET),
}
# The same for the endings of their names; the first match applies.
_BY_ENDING = (
    # Some services take the ID of a key too, the name of a model, or the name of a view.
    (re.compile("(?i)(key|model|billingview)(arn|arns)$"), None),
    (re.compile("Role(Arn|ARN)$"), _arn(_ROLE)),
    (re.compile("^(Sns|SNS)?Topic(Arn|ARN)$"), _arn(_TOPIC)),
    (re.compile("^LoadBalancerArns?$"), _arn(_BALANCER)),
    (
        re.compile("TargetGroup(Arns?|ARNs)$"),
        _arn("AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::VpcLattice::TargetGroup"),
    ),
    (
        re.compile("ListenerArns?$"),
        _arn(
            *("AWS::ElasticLoadBalancingV2::Listener", "AWS::GlobalAccelerator::Listener"),
            "AWS::VpcLattice::Listener",
        ),
    ),
    (re.compile("^Lambda(Function)?Arn$"), _arn(*_FUNCTIONS)),
    (re.compile("(Arn|ARN)s?$"), _arn()),
)
_ENDPOINT = Takes(
    kinds=("arn",), beside="Protocol", values=("sqs", "lambda", "firehose", "application")
)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
_POLICIES = {
    (f"AWS::IAM::{name}", f"{above}PolicyDocument.Statement.{element}"): _arn()
    for above, names in (
        ("", ("GroupPolicy", "ManagedPolicy", "Policy", "RolePolicy", "UserPolicy")),
        ("Policies.", ("Group", "Role", "User")),
    )
    for name in names
    for element in ("Resource", "NotResource")
}
_NOTIFICATIONS = "NotificationConfiguration"
# By type and path. None: not judged, because the property accepts more than its name says.
BY_PROPERTY: dict[tuple[str, str], Takes | None] = {
    **_POLICIES,
    ("AWS::AutoScaling::AutoScalingGroup", "VPCZoneIdentifier"): _id(_SUBNET),
    ("AWS::AutoScaling::LaunchConfiguration", "SecurityGroups"): None,
    ("AWS::AutoScaling::ScalingPolicy", "AutoScalingGroupName"): _name(
        "AWS::AutoScaling::AutoScalingGroup"
    ),
    # botocore backup, TargetBackupVaultName and CreateBackupSelection, BackupPlanId.
    ("AWS::Backup::BackupPlan", "BackupPlan.BackupPlanRule.TargetBackupVault"): _name(*_VAULTS),
    ("AWS::Backup::BackupSelection", "BackupPlanId"): _id("AWS::Backup::BackupPlan"),
    ("AWS::CloudTrail::Trail", "S3BucketName"): _name("AWS::S3::Bucket"),
    ("AWS::CloudWatch::Alarm", "AlarmActions"): _arn(),
    ("AWS::CloudWatch::Alarm", "InsufficientDataActions"): _arn(),
    ("AWS::CloudWatch::Alarm", "OKActions"): _arn(),
    ("AWS::CloudWatch::CompositeAlarm", "AlarmActions"): _arn(),
    ("AWS::CloudWatch::CompositeAlarm", "InsufficientDataActions"): _arn(),
    ("AWS::CloudWatch::CompositeAlarm", "OKActions"): _arn(),
    ("AWS::EC2::Instance", "IamInstanceProfile"): _name("AWS::IAM::InstanceProfile"),
    ("AWS::EC2::Instance", "SecurityGroupIds"): None,
    ("AWS::EC2::Instance", "SecurityGroups"): None,
    ("AWS::EC2::LaunchTemplate", "LaunchTemplateData.SecurityGroups"): None,
    ("AWS::EC2::Route", "GatewayId"): _id("AWS::EC2::InternetGateway", "AWS::EC2::VPNGateway"),
    ("AWS::EC2::SecurityGroupEgress", "GroupId"): _id(_GROUP),
    ("AWS::EC2::SecurityGroupIngress", "GroupId"): _id(_GROUP),
    ("AWS::ECS::ClusterCapacityProviderAssociations", "Cluster"): _either("AWS::ECS::Cluster"),
    ("AWS::ECS::Service", "Cluster"): _either("AWS::ECS::Cluster"),
    ("AWS::ECS::Service", "TaskDefinition"): _either("AWS::ECS::TaskDefinition"),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    (
        "AWS::ECS::TaskDefinition",
        "ContainerDefinitions.LogConfiguration.Options.awslogs-group",
    ): _name("AWS::Logs::LogGroup"),
    ("AWS::EFS::MountTarget", "FileSystemId"): _id("AWS::EFS::FileSystem"),
    ("AWS::Events::Rule", "EventBusName"): _either("AWS::Events::EventBus"),
    ("AWS::IAM::InstanceProfile", "Roles"): _name(_ROLE),
    ("AWS::IAM::ManagedPolicy", "Groups"): _name("AWS::IAM::Group"),
    ("AWS::IAM::ManagedPolicy", "Roles"): _name(_ROLE),
    ("AWS::IAM::ManagedPolicy", "Users"): _name("AWS::IAM::User"),
    ("AWS::IAM::Policy", "Groups"): _name("AWS::IAM::Group"),
    ("AWS::IAM::Policy", "Roles"): _name(_ROLE),
    ("AWS::IAM::Policy", "Users"): _name("AWS::IAM::User"),
    ("AWS::IAM::Role", "PermissionsBoundary"): _arn("AWS::IAM::ManagedPolicy"),
    ("AWS::IAM::RolePolicy", "RoleName"): _name(_ROLE),
    ("AWS::KMS::Alias", "TargetKeyId"): Takes(kinds=("id", "arn"), types=("AWS::KMS::Key",)),
    ("AWS::Lambda::EventSourceMapping", "FunctionName"): _either(*_FUNCTIONS),
    ("AWS::Lambda::Function", "Role"): _arn(_ROLE),
    ("AWS::Lambda::Permission", "FunctionName"): _either(*_FUNCTIONS),
    ("AWS::Lambda::ResourcePolicy", "ResourceArn"): None,
    ("AWS::Lambda::Url", "TargetFunctionArn"): None,
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    ("AWS::Logs::LogGroup", "KmsKeyId"): _arn("AWS::KMS::Key", "AWS::KMS::ReplicaKey"),
    ("AWS::Logs::LogStream", "LogGroupName"): _name("AWS::Logs::LogGroup"),
    ("AWS::Logs::MetricFilter", "LogGroupName"): _name("AWS::Logs::LogGroup"),
    ("AWS::Logs::SubscriptionFilter", "LogGroupName"): _name("AWS::Logs::LogGroup"),
    ("AWS::RDS::DBCluster", "DBClusterParameterGroupName"): _name(
        "AWS::RDS::DBClusterParameterGroup"
    ),
    ("AWS::RDS::DBCluster", "DBSubnetGroupName"): _name("AWS::RDS::DBSubnetGroup"),
    ("AWS::RDS::DBInstance", "DBClusterIdentifier"): _name(_CLUSTER),
    ("AWS::RDS::DBInstance", "DBParameterGroupName"): _name("AWS::RDS::DBParameterGroup"),
    ("AWS::RDS::DBInstance", "DBSubnetGroupName"): _name("AWS::RDS::DBSubnetGroup"),
    ("AWS::RDS::DBInstance", "VPCSecurityGroups"): _id(_GROUP),
    ("AWS::RDS::DBProxyTargetGroup", "DBClusterIdentifiers"): _name(_CLUSTER),
    ("AWS::RDS::DBProxyTargetGroup", "DBInstanceIdentifiers"): _name(_INSTANCE),
    ("AWS::RDS::EventSubscription", "SourceIds"): _name(),
    # Some services call the attribute with the DNS name a name or a URL.
    ("AWS::Route53::RecordSet", "AliasTarget.DNSName"): Takes(kinds=("dns name", "name", "url")),
    ("AWS::Route53::RecordSet", "AliasTarget.HostedZoneId"): _id(),
    ("AWS::Route53::RecordSet", "HostedZoneId"): _id("AWS::Route53::HostedZone"),
    ("AWS::S3::Bucket", f"{_NOTIFICATIONS}.LambdaConfigurations.Function"): _arn(*_FUNCTIONS),
    ("AWS::S3::Bucket", f"{_NOTIFICATIONS}.QueueConfigurations.Queue"): _arn("AWS::SQS::Queue"),
    ("AWS::S3::Bucket", f"{_NOTIFICATIONS}.TopicConfigurations.Topic"): _arn(_TOPIC),
    ("AWS::S3::Bucket", "ReplicationConfiguration.Role"): _arn(_ROLE),
    ("AWS::S3::BucketPolicy", "Bucket"): _name("AWS::S3::Bucket"),
    ("AWS::SNS::Subscription", "Endpoint"): _ENDPOINT,
    ("AWS::SNS::Topic", "Subscription.Endpoint"): _ENDPOINT,
    ("AWS::SNS::TopicPolicy", "Topics"): _arn(_TOPIC),
    ("AWS::SQS::QueuePolicy", "Queues"): Takes(kinds=("url",), types=("AWS::SQS::Queue",)),
    ("AWS::SecretsManager::RotationSchedule", "SecretId"): _either("AWS::SecretsManager::Secret"),
    ("AWS::SecretsManager::SecretTargetAttachment", "SecretId"): _either(
        "AWS::SecretsManager::Secret"
    ),
}
# Objects whose keys the template chooses, so that their names have no meaning for AWS.
FREE_OBJECTS = frozenset(
    {
        *("AccessPolicies", "AccessPolicy", "AdvancedOptions", "ArchivePolicy"),
        *("AssumeRolePolicyDocument", "Body", "Content", "DataProtectionPolicy", "Definition"),
        *("DefinitionSubstitutions", "DockerLabels", "DriverOpts", "EnvironmentVariables"),
        *("EventPattern", "FileSystemPolicy", "FilterPolicy", "HeaderParameters", "HookDetails"),
        *("InputPathsMap", "InstanceAttributes", "KeyPolicy", "Labels", "Options", "Parameters"),
        *("Policy", "PolicyDocument", "PolicyText", "Properties", "QueryStringParameters"),
        *("RedrivePolicy", "RepositoryPolicyText", "RequestParameters", "RequestTemplates"),
        *("ResourcePolicy", "ResourcePolicyDocument", "ResponseParameters", "StageVariables"),
        *("Statement", "Tags", "TaskParameters", "Variables"),
    }
)


@cache
def takes(resource_type: str, path: str) -> Takes | None:
    """Return what a property takes; None when no line says it.

    The path has dots where it is below another: LoadBalancers.TargetGroupArn. Lists do not count.
    """
    if (resource_type, path) in BY_PROPERTY:
        return BY_PROPERTY[resource_type, path]
    return meaning(path.rpartition(".")[2])


@cache
def meaning(name: str) -> Takes | None:
    """Return what a property or an attribute is by its name alone; None when no line says it."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    return next((found for ending, found in _BY_ENDING if ending.search(name)), None)
