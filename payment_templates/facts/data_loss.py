"""Lists what is lost when a resource of each type is deleted or replaced."""

# The data loss when a resource of this type is deleted.
LOSSES = {
    "AWS::Backup::BackupVault": "its recovery points are lost",
    "AWS::CloudFormation::Stack": "whatever its own resources hold is lost",
    "AWS::DynamoDB::Table": "every item of the table is lost",
    "AWS::EC2::EIP": "its address is lost, also for every allow list that names it",
    "AWS::EFS::FileSystem": "every file is lost",
    "AWS::KMS::Key": "everything encrypted with the key can no longer be read",
    "AWS::Lambda::EventSourceMapping": "its position in the stream, if any, is lost",
    "AWS::Logs::LogGroup": "its log lines are lost",
    "AWS::RDS::DBCluster": "all data of the database is lost",
    "AWS::RDS::DBInstance": "its connections break; data that no cluster holds is lost",
    "AWS::RDS::GlobalCluster": "the regions of the database are separated",
    "AWS::S3::Bucket": "every object is lost",
    "AWS::SNS::Topic": "its confirmed subscriptions are lost",
    "AWS::SecretsManager::Secret": "its value is lost, and its users are locked out",
}
OTHER_LOSS = "its data, if any, is lost"
# Instances whose data is in the volume of their cluster, each with the property that names it:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html
IN_CLUSTER = {
    "AWS::DocDB::DBInstance": "DBClusterIdentifier",
    "AWS::Neptune::DBInstance": "DBClusterIdentifier",
    "AWS::RDS::DBInstance": "DBClusterIdentifier",
}
CLUSTERS = ("AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster", "AWS::RDS::DBCluster")
IN_CLUSTER_LOSES = "its connections break; the cluster keeps the data"
IN_CLUSTER_LOSES_TOO = "its connections break; its data is in {cluster}, which is {effect}"
# A changed GenerateSecretString creates a new version of the secret, with another password: its
# description in AWS's schema, and github.com/aws-cloudformation/cloudformation-coverage-roadmap/
# issues/2210 and 1161. CloudFormation resolves {{resolve:secretsmanager:...}} again only in
# resources that the same update changes:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
# A container gets a secret only when it starts: "If the secret is subsequently updated or rotated,
# the container will not receive the updated value automatically".
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
GENERATED_AGAIN = "the password is generated again; {users} the old one"
CHANGED_VALUE = "its value changes; {users} the old one"
# The last words of the types that only say who may do what, or connect two others.
_WITHOUT_DATA = ("Association", "Attachment", "Deployment", "Mapping", "Permission", "Policy")
# Those that hold something nevertheless: workloads, models, reviews, imported files.
_WITH_DATA = {
    "AWS::Bedrock::AutomatedReasoningPolicy",
    "AWS::CodeGuruReviewer::RepositoryAssociation",
    "AWS::FSx::DataRepositoryAssociation",
    "AWS::LaunchWizard::Deployment",
    "AWS::M2::Deployment",
    "AWS::RDS::Deployment",
    "AWS::SMSVOICE::RegistrationAttachment",
}
# Other types that CloudFormation recreates from the template alone; all others may hold data.
_RECREATED = frozenset(
    {
        "AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
        "AWS::ApiGateway::Authorizer",
        "AWS::ApiGateway::GatewayResponse",
        "AWS::ApiGateway::Method",
        "AWS::ApiGateway::Model",
        "AWS::ApiGateway::RequestValidator",
        "AWS::ApiGateway::Resource",
        "AWS::ApiGateway::UsagePlanKey",
        "AWS::ApiGatewayV2::Authorizer",
        "AWS::ApiGatewayV2::Integration",
        "AWS::ApiGatewayV2::Route",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::Backup::BackupPlan",
        "AWS::Backup::BackupSelection",
        "AWS::Chatbot::SlackChannelConfiguration",
        "AWS::CloudFront::CloudFrontOriginAccessIdentity",
        "AWS::CloudFront::OriginAccessControl",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::DAX::SubnetGroup",
        "AWS::DocDB::DBSubnetGroup",
        "AWS::EC2::FlowLog",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::NetworkAcl",
        "AWS::EC2::NetworkAclEntry",
        "AWS::EC2::Route",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EC2::VPCCidrBlock",
        "AWS::EC2::VPCEndpoint",
        "AWS::ECS::Cluster",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::EFS::MountTarget",
        "AWS::EKS::Nodegroup",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::Events::Rule",
        "AWS::FIS::ExperimentTemplate",
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::Role",
        "AWS::KMS::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::Logs::MetricFilter",
        "AWS::Logs::SubscriptionFilter",
        "AWS::MemoryDB::SubnetGroup",
        "AWS::Neptune::DBSubnetGroup",
        "AWS::RDS::DBClusterParameterGroup",
        "AWS::RDS::DBParameterGroup",
        "AWS::RDS::DBSubnetGroup",
        "AWS::RDS::EventSubscription",
        "AWS::Redshift::ClusterSubnetGroup",
        "AWS::Route53::HealthCheck",
        "AWS::Route53::RecordSet",
        "AWS::Route53Resolver::ResolverQueryLoggingConfig",
        "AWS::SNS::Subscription",
        "AWS::SSM::Parameter",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::WAFv2::LoggingConfiguration",
        "AWS::WAFv2::WebACL",
    }
)


def is_recreated(resource_type: str) -> bool:
    """Return whether CloudFormation recreates resources of a type from the template alone."""
    if resource_type in LOSSES or resource_type in _WITH_DATA:
        return False
    named = resource_type.startswith("AWS::") and resource_type.endswith(_WITHOUT_DATA)
    return named or resource_type in _RECREATED
