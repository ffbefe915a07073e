"""How AWS names each type: the property, the longest name, and whether all regions share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource


@dataclass(frozen=True, kw_only=True)
class NameRule:
    """The property that names a resource, and what AWS asks of the name."""

    name_property: str
    longest: int
    shared_by_regions: bool = False


# From the parameter constraints in botocore's service models; dashboards are global:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
NAME_RULES = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": NameRule(name_property="PolicyName", longest=256),
    "AWS::CloudWatch::Alarm": NameRule(name_property="AlarmName", longest=255),
    "AWS::CloudWatch::CompositeAlarm": NameRule(name_property="AlarmName", longest=255),
    "AWS::CloudWatch::Dashboard": NameRule(
        name_property="DashboardName", longest=255, shared_by_regions=True
    ),
    "AWS::ECS::Cluster": NameRule(name_property="ClusterName", longest=255),
    "AWS::ECS::Service": NameRule(name_property="ServiceName", longest=255),
    "AWS::ECS::TaskDefinition": NameRule(name_property="Family", longest=255),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": NameRule(name_property="Name", longest=32),
    "AWS::ElasticLoadBalancingV2::TargetGroup": NameRule(name_property="Name", longest=32),
    "AWS::Events::Rule": NameRule(name_property="Name", longest=64),
    "AWS::IAM::Group": NameRule(name_property="GroupName", longest=128, shared_by_regions=True),
    "AWS::IAM::InstanceProfile": NameRule(
        name_property="InstanceProfileName", longest=128, shared_by_regions=True
    ),
    "AWS::IAM::ManagedPolicy": NameRule(
        name_property="ManagedPolicyName", longest=128, shared_by_regions=True
    ),
    "AWS::IAM::Role": NameRule(name_property="RoleName", longest=64, shared_by_regions=True),
    "AWS::IAM::User": NameRule(name_property="UserName", longest=64, shared_by_regions=True),
    "AWS::KMS::Alias": NameRule(name_property="AliasName", longest=256),
    "AWS::Logs::LogGroup": NameRule(name_property="LogGroupName", longest=512),
    "AWS::RDS::DBCluster": NameRule(name_property="DBClusterIdentifier", longest=63),
    "AWS::RDS::DBInstance": NameRule(name_property="DBInstanceIdentifier", longest=63),
    "AWS::RDS::DBSubnetGroup": NameRule(name_property="DBSubnetGroupName", longest=255),
    "AWS::RDS::EventSubscription": NameRule(name_property="SubscriptionName", longest=255),
    "AWS::S3::Bucket": NameRule(name_property="BucketName", longest=63, shared_by_regions=True),
    "AWS::SNS::Topic": NameRule(name_property="TopicName", longest=256),
    "AWS::SSM::Parameter": NameRule(name_property="Name", longest=1011),
    "AWS::SecretsManager::Secret": NameRule(name_property="Name", longest=512),
}
# Links between two things, and what AWS lets go without a name: the resource schemas that cfn-lint
# ships have no tags for them.
NAMELESS = {
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCDHCPOptionsAssociation",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::EFS::MountTarget",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    "AWS::IAM::Group",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::Lambda::Permission",
    "AWS::Route53::RecordSetGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::SecretTargetAttachment",
    "AWS::WAFv2::WebACLAssociation",
}
# Where tags stand that are not in Tags.
_TAGS = {
    "AWS::EFS::FileSystem": "FileSystemTags",
    "AWS::Route53::HealthCheck": "HealthCheckTags",
}


# Every property that a name or a Name tag may be in.
NAMING = (
    *sorted({rule.name_property for rule in NAME_RULES.values()}),
    *("HealthCheckTags", "SetIdentifier", "Tags"),
)


def name_of(resource: StackResource) -> str:
    """Give the physical name of a resource, empty where AWS would make one."""
    rule = NAME_RULES.get(resource.type)
    return resource.properties.text(rule.name_property) if rule else ""


def tagged_name_of(resource: StackResource) -> str:
    """Give the Name tag of a resource, or the identifier of a record among its kind."""
    if resource.type == "AWS::Route53::RecordSet":
        return resource.properties.text("SetIdentifier") or resource.properties.text("Name")
    return resource.properties.pairs(_TAGS.get(resource.type, "Tags")).get("Name", "")
