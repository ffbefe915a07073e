"""Lists the resource types with unique names, and the operations that list those names."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Named:
    """How to list a type's names: the operation, the list in its response, the name in an entry."""

    property: str
    service: str
    operation: str
    members: str
    key: str | None
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    wording: str | None = None


NAMED = {
    "AWS::Backup::BackupVault": Named(
        property="BackupVaultName",
        service="backup",
        operation="ListBackupVaults",
        members="BackupVaultList",
        key="BackupVaultName",
    ),
    "AWS::IAM::Role": Named(
        property="RoleName",
        service="iam",
        operation="ListRoles",
        members="Roles",
        key="RoleName",
        wording="{name} already exists",
    ),
    "AWS::IAM::ManagedPolicy": Named(
        property="ManagedPolicyName",
        service="iam",
        operation="ListPolicies",
        members="Policies",
        key="PolicyName",
        parameters={"Scope": "Local"},
        wording="{name} already exists",
    ),
    "AWS::CloudWatch::Dashboard": Named(
        property="DashboardName",
        service="cloudwatch",
        operation="ListDashboards",
        members="DashboardEntries",
        key="DashboardName",
        wording="Dashboard '{name}' already exists",
    ),
    "AWS::CloudWatch::Alarm": Named(
        property="AlarmName",
        service="cloudwatch",
        operation="DescribeAlarms",
        members="MetricAlarms",
        key="AlarmName",
    ),
    "AWS::CloudWatch::CompositeAlarm": Named(
        property="AlarmName",
        service="cloudwatch",
        operation="DescribeAlarms",
        members="CompositeAlarms",
        key="AlarmName",
        parameters={"AlarmTypes": ["CompositeAlarm"]},
    ),
    "AWS::Logs::LogGroup": Named(
        property="LogGroupName",
        service="logs",
        operation="DescribeLogGroups",
        members="logGroups",
        key="logGroupName",
    ),
    "AWS::KMS::Alias": Named(
        property="AliasName",
        service="kms",
        operation="ListAliases",
        members="Aliases",
        key="AliasName",
    ),
    "AWS::SecretsManager::Secret": Named(
        property="Name",
        service="secretsmanager",
        operation="ListSecrets",
        members="SecretList",
        key="Name",
    ),
    "AWS::SSM::Parameter": Named(
        property="Name",
        service="ssm",
        operation="DescribeParameters",
        members="Parameters",
        key="Name",
    ),
    "AWS::RDS::DBCluster": Named(
        property="DBClusterIdentifier",
        service="rds",
        operation="DescribeDBClusters",
        members="DBClusters",
        key="DBClusterIdentifier",
    ),
    "AWS::RDS::DBInstance": Named(
        property="DBInstanceIdentifier",
        service="rds",
        operation="DescribeDBInstances",
        members="DBInstances",
        key="DBInstanceIdentifier",
    ),
    "AWS::RDS::DBSubnetGroup": Named(
        property="DBSubnetGroupName",
        service="rds",
        operation="DescribeDBSubnetGroups",
        members="DBSubnetGroups",
        key="DBSubnetGroupName",
    ),
    "AWS::RDS::DBClusterParameterGroup": Named(
        property="DBClusterParameterGroupName",
        service="rds",
        operation="DescribeDBClusterParameterGroups",
        members="DBClusterParameterGroups",
        key="DBClusterParameterGroupName",
    ),
    "AWS::RDS::GlobalCluster": Named(
        property="GlobalClusterIdentifier",
        service="rds",
        operation="DescribeGlobalClusters",
        members="GlobalClusters",
        key="GlobalClusterIdentifier",
    ),
    "AWS::RDS::EventSubscription": Named(
        property="SubscriptionName",
        service="rds",
        operation="DescribeEventSubscriptions",
        members="EventSubscriptionsList",
        key="CustSubscriptionId",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Named(
        property="Name",
        service="elbv2",
        operation="DescribeLoadBalancers",
        members="LoadBalancers",
        key="LoadBalancerName",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Named(
        property="Name",
        service="elbv2",
        operation="DescribeTargetGroups",
        members="TargetGroups",
        key="TargetGroupName",
    ),
    "AWS::ECS::Cluster": Named(
        property="ClusterName",
        service="ecs",
        operation="ListClusters",
        members="clusterArns",
        key=None,
    ),
    "AWS::SNS::Topic": Named(
        property="TopicName",
        service="sns",
        operation="ListTopics",
        members="Topics",
        key="TopicArn",
    ),
    "AWS::Events::Rule": Named(
        property="Name",
        service="events",
        operation="ListRules",
        members="Rules",
        key="Name",
    ),
}
