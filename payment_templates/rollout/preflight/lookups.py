"""Lists the AWS call that finds an existing resource of each type by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A call that finds a resource by its name, or lists all of its type."""

    # The property of the resource that holds the name.
    property: str
    service: str
    operation: str
    # The argument for the name; empty if the call lists all resources.
    argument: str = ""
    takes_list: bool = False
    # Arguments that do not depend on the name.
    arguments: Mapping[str, object] = field(default_factory=dict[str, object])
    # The values of other properties that a resource must have for the call to find it.
    only: Mapping[str, str] = field(default_factory=dict[str, str])
    # Where the service has its API, if not in every region.
    region: str = ""
    # The path of names or ARNs in the response; empty if any response means that it exists.
    names: str = ""
    # The error code if the resource does not exist.
    absent: str = ""


_ALB = "AWS::ElasticLoadBalancingV2"
# "This name must be unique within the Region": PutMetricAlarm, AlarmName, and PutCompositeAlarm.
# DescribeAlarms, AlarmTypes: "If you omit this parameter, only metric alarms are returned".
_ALARM = Lookup(
    property="AlarmName",
    service="cloudwatch",
    operation="describe_alarms",
    argument="AlarmNames",
    takes_list=True,
    arguments={"AlarmTypes": ["CompositeAlarm", "MetricAlarm"]},
    names="[CompositeAlarms, MetricAlarms][][].AlarmName",
)
# Every type that a payment stack names, whatever its options. The names of services, scaling
# policies and task definitions cannot conflict: they are local to the cluster, or create a new
# revision. Several backup plans, and query logs, may have one name: ansible/ansible, pull 53655;
# CreateResolverQueryLogConfig asks for a unique CreatorRequestId only.
LOOKUPS: Mapping[str, Lookup] = {
    # Not DescribeBackupVault, which answers AccessDeniedException for a vault that does not exist:
    # https://github.com/aws/aws-sdk-js/issues/2625
    "AWS::Backup::BackupVault": Lookup(
        property="BackupVaultName",
        service="backup",
        operation="list_backup_vaults",
        names="BackupVaultList[].BackupVaultName",
    ),
    # Unique in the account, from whichever region; the same list in each region of the API:
    # https://docs.aws.amazon.com/chatbot/latest/APIReference/Welcome.html
    "AWS::Chatbot::SlackChannelConfiguration": Lookup(
        property="ConfigurationName",
        service="chatbot",
        operation="describe_slack_channel_configurations",
        region="us-east-2",
        names="SlackChannelConfigurations[].ConfigurationName",
    ),
    "AWS::CloudWatch::Alarm": _ALARM,
    "AWS::CloudWatch::CompositeAlarm": _ALARM,
    "AWS::CloudWatch::Dashboard": Lookup(
        property="DashboardName",
        service="cloudwatch",
        operation="list_dashboards",
        argument="DashboardNamePrefix",
        names="DashboardEntries[].DashboardName",
    ),
    "AWS::ECS::Cluster": Lookup(
        property="ClusterName",
        service="ecs",
        operation="describe_clusters",
        argument="clusters",
        takes_list=True,
        # A deleted cluster is shown as INACTIVE for a while: DescribeClusters.
        names="clusters[?status=='ACTIVE'].clusterName",
    ),
    f"{_ALB}::LoadBalancer": Lookup(
        property="Name",
        service="elbv2",
        operation="describe_load_balancers",
        argument="Names",
        takes_list=True,
        names="LoadBalancers[].LoadBalancerName",
        absent="LoadBalancerNotFound",
    ),
    f"{_ALB}::TargetGroup": Lookup(
        property="Name",
        service="elbv2",
        operation="describe_target_groups",
        argument="Names",
        takes_list=True,
        names="TargetGroups[].TargetGroupName",
        absent="TargetGroupNotFound",
    ),
    "AWS::Events::Rule": Lookup(
        property="Name",
        service="events",
        operation="list_rules",
        argument="NamePrefix",
        names="Rules[].Name",
    ),
    "AWS::IAM::ManagedPolicy": Lookup(
        property="ManagedPolicyName",
        service="iam",
        operation="list_policies",
        names="Policies[].PolicyName",
    ),
    "AWS::IAM::Role": Lookup(
        property="RoleName",
        service="iam",
        operation="get_role",
        argument="RoleName",
        absent="NoSuchEntity",
    ),
    "AWS::KMS::Alias": Lookup(
        property="AliasName",
        service="kms",
        operation="list_aliases",
        names="Aliases[].AliasName",
    ),
    "AWS::Logs::LogGroup": Lookup(
        property="LogGroupName",
        service="logs",
        operation="describe_log_groups",
        argument="logGroupNamePrefix",
        names="logGroups[].logGroupName",
    ),
    "AWS::RDS::DBCluster": Lookup(
        property="DBClusterIdentifier",
        service="rds",
        operation="describe_db_clusters",
        argument="DBClusterIdentifier",
        absent="DBClusterNotFoundFault",
    ),
    "AWS::RDS::DBInstance": Lookup(
        property="DBInstanceIdentifier",
        service="rds",
        operation="describe_db_instances",
        argument="DBInstanceIdentifier",
        absent="DBInstanceNotFound",
    ),
    "AWS::RDS::DBSubnetGroup": Lookup(
        property="DBSubnetGroupName",
        service="rds",
        operation="describe_db_subnet_groups",
        argument="DBSubnetGroupName",
        absent="DBSubnetGroupNotFoundFault",
    ),
    "AWS::RDS::EventSubscription": Lookup(
        property="SubscriptionName",
        service="rds",
        operation="describe_event_subscriptions",
        argument="SubscriptionName",
        absent="SubscriptionNotFound",
    ),
    "AWS::RDS::GlobalCluster": Lookup(
        property="GlobalClusterIdentifier",
        service="rds",
        operation="describe_global_clusters",
        argument="GlobalClusterIdentifier",
        absent="GlobalClusterNotFoundFault",
    ),
    "AWS::S3::Bucket": Lookup(
        property="BucketName",
        service="s3",
        operation="head_bucket",
        argument="Bucket",
        absent="404",
    ),
    "AWS::SNS::Topic": Lookup(
        property="TopicName",
        service="sns",
        operation="list_topics",
        names="Topics[].TopicArn",
    ),
    "AWS::SSM::Parameter": Lookup(
        property="Name",
        service="ssm",
        operation="get_parameters",
        argument="Names",
        takes_list=True,
        names="Parameters[].Name",
    ),
    "AWS::SecretsManager::Secret": Lookup(
        property="Name",
        service="secretsmanager",
        operation="describe_secret",
        argument="SecretId",
        absent="ResourceNotFoundException",
    ),
    # CreateWebACL, WAFDuplicateItemException. Web ACLs of CloudFront are another list.
    "AWS::WAFv2::WebACL": Lookup(
        property="Name",
        service="wafv2",
        operation="list_web_acls",
        arguments={"Scope": "REGIONAL"},
        only={"Scope": "REGIONAL"},
        names="WebACLs[].Name",
    ),
}
