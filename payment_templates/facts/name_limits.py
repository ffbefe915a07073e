"""Lists the name property of each resource type, its maximum length, and global names."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NameLimit:
    """The name property of a resource type, and AWS's limits for the name."""

    name_property: str
    # Characters.
    longest: int
    # Whether the name must be unique across regions.
    shared_by_regions: bool = False


# From the parameter constraints in botocore's service models; dashboards are global:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
NAME_LIMITS = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": NameLimit(
        name_property="PolicyName", longest=256
    ),
    "AWS::Backup::BackupVault": NameLimit(name_property="BackupVaultName", longest=50),
    "AWS::Backup::LogicallyAirGappedBackupVault": NameLimit(
        name_property="BackupVaultName", longest=50
    ),
    # Unique in an account, as the channel is:
    # https://github.com/aws-samples/aws-securityhub-to-slack/pull/11
    "AWS::Chatbot::SlackChannelConfiguration": NameLimit(
        name_property="ConfigurationName", longest=128, shared_by_regions=True
    ),
    "AWS::CloudWatch::Alarm": NameLimit(name_property="AlarmName", longest=255),
    "AWS::CloudWatch::CompositeAlarm": NameLimit(name_property="AlarmName", longest=255),
    "AWS::CloudWatch::Dashboard": NameLimit(
        name_property="DashboardName", longest=255, shared_by_regions=True
    ),
    "AWS::ECS::Cluster": NameLimit(name_property="ClusterName", longest=255),
    "AWS::ECS::Service": NameLimit(name_property="ServiceName", longest=255),
    "AWS::ECS::TaskDefinition": NameLimit(name_property="Family", longest=255),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": NameLimit(name_property="Name", longest=32),
    "AWS::ElasticLoadBalancingV2::TargetGroup": NameLimit(name_property="Name", longest=32),
    "AWS::Events::Rule": NameLimit(name_property="Name", longest=64),
    "AWS::IAM::Group": NameLimit(name_property="GroupName", longest=128, shared_by_regions=True),
    "AWS::IAM::InstanceProfile": NameLimit(
        name_property="InstanceProfileName", longest=128, shared_by_regions=True
    ),
    "AWS::IAM::ManagedPolicy": NameLimit(
        name_property="ManagedPolicyName", longest=128, shared_by_regions=True
    ),
    "AWS::IAM::Role": NameLimit(name_property="RoleName", longest=64, shared_by_regions=True),
    "AWS::IAM::User": NameLimit(name_property="UserName", longest=64, shared_by_regions=True),
    "AWS::KMS::Alias": NameLimit(name_property="AliasName", longest=256),
    "AWS::Logs::LogGroup": NameLimit(name_property="LogGroupName", longest=512),
    "AWS::RDS::DBCluster": NameLimit(name_property="DBClusterIdentifier", longest=63),
    "AWS::RDS::DBInstance": NameLimit(name_property="DBInstanceIdentifier", longest=63),
    "AWS::RDS::DBSubnetGroup": NameLimit(name_property="DBSubnetGroupName", longest=255),
    "AWS::RDS::EventSubscription": NameLimit(name_property="SubscriptionName", longest=255),
    # Not shared_by_regions: one region's stack creates it for all.
    "AWS::RDS::GlobalCluster": NameLimit(name_property="GlobalClusterIdentifier", longest=63),
    "AWS::Route53Resolver::ResolverQueryLoggingConfig": NameLimit(name_property="Name", longest=64),
    "AWS::S3::Bucket": NameLimit(name_property="BucketName", longest=63, shared_by_regions=True),
    "AWS::SNS::Topic": NameLimit(name_property="TopicName", longest=256),
    "AWS::SSM::Parameter": NameLimit(name_property="Name", longest=1011),
    "AWS::SecretsManager::Secret": NameLimit(name_property="Name", longest=512),
    # Of the scope REGIONAL; CLOUDFRONT's are global.
    "AWS::WAFv2::WebACL": NameLimit(name_property="Name", longest=128),
}
# Associations between two resources, and types with neither a name nor tags in the resource schemas
# of cfn-lint.
NAMELESS = {
    "AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
    "AWS::Backup::BackupSelection",
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
    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::SecretTargetAttachment",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
}
