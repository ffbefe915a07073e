"""Lists how each resource type is identified: by the value of Ref, its name and its ARN.

Ref: section "Return values" of each type in the CloudFormation user guide
(awsdocs/aws-cloudformation-user-guide@19dc52cd); a test compares it with the primary identifier in
AWS's resource schemas. ARNs: the services' authorization references, as cfn-lint 1.58 ships them in
data/AdditionalSpecs/Policies.json; for every type here, the name follows the resource kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation.values import Kind, Reference


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How AWS names the resources of one type."""

    # The attributes with the same value as Ref; the first one determines the kind of Ref.
    ref: tuple[str, ...]
    # The property with the physical name; empty if a template cannot set it.
    name: str = ""
    # The ARN with {partition}, {region}, {account}, {path} and {name}; empty if AWS adds random
    # characters.
    arn: str = ""
    # RDS stores identifiers in lower case: CreateDBCluster, DBClusterIdentifier.
    lower_case: bool = False
    # Whether the attribute Arn has the suffix ":*", which is not part of the ARN.
    arn_with_all: bool = False

    @property
    def ref_is_name(self) -> bool:
        """Whether Ref returns the physical name."""
        return bool(self.name) and self.ref[0] == self.name


_REGIONAL = "arn:{partition}:%s:{region}:{account}:%s{name}"
_IAM = "arn:{partition}:iam::{account}:%s{path}{name}"


def _named(name: str, service: str, kind: str, *ref: str, lower_case: bool = False) -> Naming:
    arn = _REGIONAL % (service, kind)
    return Naming(ref=ref or (name,), name=name, arn=arn, lower_case=lower_case)


def _rds(name: str, kind: str) -> Naming:
    return _named(name, "rds", kind, lower_case=True)


NAMINGS: dict[str, Naming] = {
    "AWS::AutoScaling::AutoScalingGroup": Naming(
        ref=("AutoScalingGroupName",), name="AutoScalingGroupName"
    ),
    "AWS::Backup::BackupPlan": Naming(
        ref=("BackupPlanId",), arn=_REGIONAL % ("backup", "backup-plan:")
    ),
    "AWS::Backup::BackupVault": _named("BackupVaultName", "backup", "backup-vault:"),
    "AWS::Backup::LogicallyAirGappedBackupVault": _named(
        "BackupVaultName", "backup", "backup-vault:"
    ),
    "AWS::CertificateManager::Certificate": Naming(ref=("CertificateArn",)),
    "AWS::CloudFormation::Stack": Naming(ref=("StackId",)),
    "AWS::CloudWatch::Alarm": _named("AlarmName", "cloudwatch", "alarm:"),
    "AWS::CloudWatch::CompositeAlarm": _named("AlarmName", "cloudwatch", "alarm:"),
    "AWS::CloudWatch::Dashboard": Naming(
        ref=("DashboardName",),
        name="DashboardName",
        arn="arn:{partition}:cloudwatch::{account}:dashboard/{name}",
    ),
    "AWS::DynamoDB::Table": _named("TableName", "dynamodb", "table/"),
    "AWS::EC2::EIP": Naming(ref=("PublicIp",)),
    "AWS::EC2::Instance": Naming(ref=("InstanceId",)),
    "AWS::EC2::InternetGateway": Naming(ref=("InternetGatewayId",)),
    "AWS::EC2::NatGateway": Naming(ref=("NatGatewayId",)),
    "AWS::EC2::NetworkAcl": Naming(ref=("Id",)),
    "AWS::EC2::PrefixList": Naming(ref=("PrefixListId",)),
    "AWS::EC2::RouteTable": Naming(ref=("RouteTableId",)),
    "AWS::EC2::SecurityGroup": Naming(ref=("GroupId", "Id")),
    "AWS::EC2::Subnet": Naming(ref=("SubnetId",)),
    "AWS::EC2::TransitGateway": Naming(ref=("Id",)),
    "AWS::EC2::VPC": Naming(ref=("VpcId",)),
    "AWS::EC2::VPCEndpoint": Naming(ref=("Id",)),
    "AWS::ECR::Repository": _named("RepositoryName", "ecr", "repository/"),
    "AWS::ECS::Cluster": _named("ClusterName", "ecs", "cluster/"),
    "AWS::ECS::Service": Naming(ref=("ServiceArn",), name="ServiceName"),
    "AWS::ECS::TaskDefinition": Naming(ref=("TaskDefinitionArn",), name="Family"),
    "AWS::EFS::FileSystem": Naming(ref=("FileSystemId",)),
    "AWS::ElasticLoadBalancingV2::Listener": Naming(ref=("ListenerArn",)),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Naming(ref=("LoadBalancerArn",), name="Name"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Naming(ref=("TargetGroupArn",), name="Name"),
    "AWS::Events::EventBus": _named("Name", "events", "event-bus/"),
    # Ref returns the name, although the schema's primary identifier is the ARN.
    "AWS::Events::Rule": Naming(ref=("Name",), name="Name"),
    "AWS::IAM::Group": Naming(ref=("GroupName",), name="GroupName", arn=_IAM % "group"),
    "AWS::IAM::InstanceProfile": Naming(
        ref=("InstanceProfileName",), name="InstanceProfileName", arn=_IAM % "instance-profile"
    ),
    "AWS::IAM::ManagedPolicy": Naming(
        ref=("PolicyArn",), name="ManagedPolicyName", arn=_IAM % "policy"
    ),
    "AWS::IAM::Role": Naming(ref=("RoleName",), name="RoleName", arn=_IAM % "role"),
    "AWS::IAM::User": Naming(ref=("UserName",), name="UserName", arn=_IAM % "user"),
    "AWS::KMS::Alias": _named("AliasName", "kms", ""),
    "AWS::KMS::Key": Naming(
        ref=("KeyId",), arn="arn:{partition}:kms:{region}:{account}:key/{name}"
    ),
    "AWS::Kinesis::Stream": Naming(ref=("Name",), name="Name"),
    "AWS::KinesisFirehose::DeliveryStream": Naming(
        ref=("DeliveryStreamName",), name="DeliveryStreamName"
    ),
    "AWS::Lambda::Alias": Naming(ref=("AliasArn",)),
    "AWS::Lambda::Function": _named("FunctionName", "lambda", "function:"),
    "AWS::Logs::LogGroup": Naming(
        ref=("LogGroupName",),
        name="LogGroupName",
        arn=_REGIONAL % ("logs", "log-group:"),
        arn_with_all=True,
    ),
    "AWS::RDS::DBCluster": _rds("DBClusterIdentifier", "cluster:"),
    "AWS::RDS::DBClusterParameterGroup": _rds("DBClusterParameterGroupName", "cluster-pg:"),
    "AWS::RDS::DBInstance": _rds("DBInstanceIdentifier", "db:"),
    "AWS::RDS::DBParameterGroup": _rds("DBParameterGroupName", "pg:"),
    "AWS::RDS::DBProxy": Naming(ref=("DBProxyName",), name="DBProxyName", lower_case=True),
    "AWS::RDS::DBSubnetGroup": _rds("DBSubnetGroupName", "subgrp:"),
    "AWS::RDS::EventSubscription": _rds("SubscriptionName", "es:"),
    "AWS::RDS::GlobalCluster": Naming(
        ref=("GlobalClusterIdentifier",),
        name="GlobalClusterIdentifier",
        arn="arn:{partition}:rds::{account}:global-cluster:{name}",
        lower_case=True,
    ),
    "AWS::Route53::HealthCheck": Naming(ref=("HealthCheckId",)),
    "AWS::Route53::HostedZone": Naming(ref=("Id",)),
    "AWS::S3::Bucket": Naming(
        ref=("BucketName",), name="BucketName", arn="arn:{partition}:s3:::{name}"
    ),
    "AWS::SNS::Topic": _named("TopicName", "sns", "", "TopicArn"),
    "AWS::SQS::Queue": _named("QueueName", "sqs", "", "QueueUrl"),
    # "{/}" is a slash, unless the name starts with one.
    "AWS::SSM::Parameter": Naming(
        ref=("Name",), name="Name", arn="arn:{partition}:ssm:{region}:{account}:parameter{/}{name}"
    ),
    # The ARN ends in six random characters.
    "AWS::SecretsManager::Secret": Naming(ref=("Id",), name="Name"),
    "AWS::StepFunctions::StateMachine": Naming(ref=("Arn",), name="StateMachineName"),
}
# The kinds of attributes whose ending does not show it.
_KINDS: dict[tuple[str, str], Kind] = {
    ("AWS::CloudFormation::Stack", "StackId"): "arn",
    ("AWS::Events::EventBus", "Name"): "name",
    ("AWS::SecretsManager::Secret", "Id"): "arn",
}
_OWN_ARNS = frozenset({"Arn", "DBClusterArn", "DBInstanceArn", "DBProxyArn"})
# Kinds by the ending of an attribute's name; the first match applies.
_ENDINGS: tuple[tuple[str, Kind], ...] = (
    ("ARN", "arn"),
    ("Arn", "arn"),
    ("Endpoint.Address", "dns name"),
    ("DNSName", "dns name"),
    ("DomainName", "dns name"),
    ("EndpointAddress", "dns name"),
    ("Port", "port"),
    ("URL", "url"),
    ("Url", "url"),
    ("Ip", "address"),
    ("IpAddress", "address"),
    ("Identifier", "name"),
    ("Name", "name"),
    ("ID", "id"),
    ("Id", "id"),
)


def equals_ref(resource_type: str, attribute: str) -> bool:
    """Return whether an attribute of a type has the same value as Ref."""
    naming = NAMINGS.get(resource_type)
    return naming is not None and attribute in naming.ref


def is_own_arn(resource_type: str, reference: Reference) -> bool:
    """Return whether an attribute is the ARN of the resource itself, as in `Naming.arn`."""
    if NAMINGS[resource_type].arn_with_all:
        return False
    if not reference.attribute:
        return reference.kind == "arn"
    return reference.attribute in _OWN_ARNS


def kind_of(resource_type: str, attribute: str) -> Kind:
    """Return the kind of an attribute, or of Ref when it is empty; "other" when unknown."""
    naming = NAMINGS.get(resource_type)
    if not attribute and naming is None:
        return "other"
    name = attribute or (naming.ref[0] if naming else "")
    if (resource_type, name) in _KINDS:
        return _KINDS[resource_type, name]
    for end, kind in _ENDINGS:
        if name.endswith(end):
            return kind
    return "other"
