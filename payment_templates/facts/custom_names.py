"""Lists the types with a custom name that can exist only once in an account.

Properties: resource schemas in cfn-lint 1.58 (a test compares). Source for
the uniqueness: the "already exists" error of each Create operation.
Names inside another resource, such as a stage's or a listener's, are not listed.
"""

from payment_templates.facts.name_limits import NAME_LIMITS

# In addition to NAME_LIMITS.
_OTHERS = {
    "AWS::AppRunner::Service": "ServiceName",
    "AWS::Athena::WorkGroup": "Name",
    "AWS::AutoScaling::AutoScalingGroup": "AutoScalingGroupName",
    "AWS::AutoScaling::LaunchConfiguration": "LaunchConfigurationName",
    "AWS::Batch::ComputeEnvironment": "ComputeEnvironmentName",
    "AWS::Batch::JobQueue": "JobQueueName",
    "AWS::CloudFront::Function": "Name",
    "AWS::CloudFront::KeyValueStore": "Name",
    "AWS::CloudTrail::Trail": "TrailName",
    "AWS::CloudWatch::MetricStream": "Name",
    "AWS::CodeBuild::Project": "Name",
    "AWS::CodeDeploy::Application": "ApplicationName",
    "AWS::CodeDeploy::DeploymentConfig": "DeploymentConfigName",
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::Config::ConfigRule": "ConfigRuleName",
    "AWS::DocDB::DBClusterParameterGroup": "Name",
    "AWS::DocDB::DBSubnetGroup": "DBSubnetGroupName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::EC2::KeyPair": "KeyName",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::ECS::CapacityProvider": "Name",
    "AWS::EKS::Cluster": "Name",
    "AWS::ElastiCache::SubnetGroup": "CacheSubnetGroupName",
    "AWS::ElasticLoadBalancing::LoadBalancer": "LoadBalancerName",
    "AWS::Events::ApiDestination": "Name",
    "AWS::Events::Archive": "ArchiveName",
    "AWS::Events::Connection": "Name",
    "AWS::Events::EventBus": "Name",
    "AWS::Glue::Crawler": "Name",
    "AWS::Glue::Job": "Name",
    "AWS::IAM::SAMLProvider": "Name",
    "AWS::IAM::ServerCertificate": "ServerCertificateName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::Destination": "DestinationName",
    "AWS::Logs::ResourcePolicy": "PolicyName",
    "AWS::MSK::Cluster": "ClusterName",
    "AWS::MemoryDB::Cluster": "ClusterName",
    "AWS::MemoryDB::SubnetGroup": "SubnetGroupName",
    "AWS::Neptune::DBCluster": "DBClusterIdentifier",
    "AWS::Neptune::DBInstance": "DBInstanceIdentifier",
    "AWS::Neptune::DBSubnetGroup": "DBSubnetGroupName",
    "AWS::NetworkFirewall::Firewall": "FirewallName",
    "AWS::OpenSearchService::Domain": "DomainName",
    "AWS::Pipes::Pipe": "Name",
    "AWS::RDS::DBClusterParameterGroup": "DBClusterParameterGroupName",
    "AWS::RDS::DBParameterGroup": "DBParameterGroupName",
    "AWS::RDS::DBProxy": "DBProxyName",
    "AWS::RDS::GlobalCluster": "GlobalClusterIdentifier",
    "AWS::RDS::OptionGroup": "OptionGroupName",
    "AWS::Redshift::Cluster": "ClusterIdentifier",
    "AWS::ResourceGroups::Group": "Name",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Document": "Name",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::Activity": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
    "AWS::Synthetics::Canary": "Name",
    "AWS::WAFv2::IPSet": "Name",
    "AWS::WAFv2::RegexPatternSet": "Name",
    "AWS::WAFv2::RuleGroup": "Name",
    "AWS::WAFv2::WebACL": "Name",
}
CUSTOM_NAMES = {**{kind: rule.name_property for kind, rule in NAME_LIMITS.items()}, **_OTHERS}
# Names that need not be unique: a task definition is a new revision of its family, and a policy of
# Auto Scaling belongs to its target.
SHAREABLE = {"AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::ECS::TaskDefinition"}
# Names that are unique only beside others with the same value of a property: botocore, ecs,
# CreateService ("unique within a cluster"), events, PutRule (of an event bus), and wafv2 ("the
# scope"). The value where the property is absent; None if another value is always another name.
NAME_SCOPES: dict[str, tuple[str, str | None]] = {
    "AWS::ECS::Service": ("Cluster", "default"),
    "AWS::Events::Rule": ("EventBusName", "default"),
    **{
        f"AWS::WAFv2::{kind}": ("Scope", None)
        for kind in ("IPSet", "RegexPatternSet", "RuleGroup", "WebACL")
    },
}
# "Names are not distinguished by case": botocore, iam, CreateRole, CreateUser, CreateGroup and
# CreatePolicy.
NAMES_WITHOUT_CASE = {
    *("AWS::IAM::Group", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::IAM::User"),
}
# Types whose names exclude each other: a table has one name, whichever type creates it. botocore,
# dynamodb, CreateTable, which both handlers call.
SAME_NAMES = (("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"),)
# Types that exist once per region and account, whatever their name: botocore config,
# PutConfigurationRecorder and PutDeliveryChannel; guardduty, CreateDetector ("only one detector per
# account per Region"); securityhub, EnableSecurityHub (ResourceConflictException); detective,
# CreateGraph, which returns the graph that exists: if CloudFormation accepts that, the deletion of
# the old resource deletes it.
ONCE_IN_REGION = {
    "AWS::Config::ConfigurationRecorder",
    "AWS::Config::DeliveryChannel",
    "AWS::Detective::Graph",
    "AWS::GuardDuty::Detector",
    "AWS::SecurityHub::Hub",
}
# Services that are global: their names are shared by every region of an account, IAM's and
# CloudFront's among them.
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
SHARED_BY_REGIONS = {
    *(kind for kind, rule in NAME_LIMITS.items() if rule.shared_by_regions),
    *("AWS::CloudFront::Function", "AWS::CloudFront::KeyValueStore"),
    *("AWS::IAM::SAMLProvider", "AWS::IAM::ServerCertificate"),
}
# What a resource copies into other regions, under its own name: the property with the regions.
COPIED_TO_REGIONS = {
    "AWS::DynamoDB::GlobalTable": "Replicas",
    "AWS::SecretsManager::Secret": "ReplicaRegions",
}
