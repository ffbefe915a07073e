"""Lists the AWS calls that find resources which a deleted stack may leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A call that lists one kind of resource, and the path of the names in its response."""

    kind: str
    service: str
    operation: str
    names: str
    arguments: Mapping[str, object] = field(default_factory=dict[str, object])
    # The same list in all regions: a region owns the names that end with its own name.
    shared_by_regions: bool = False


def _regional(kind: str, service: str, operation: str, names: str) -> Listing:
    return Listing(kind=kind, service=service, operation=operation, names=names)


def _shared(
    kind: str, service: str, operation: str, names: str, arguments: Mapping[str, str] | None = None
) -> Listing:
    return Listing(
        kind=kind,
        service=service,
        operation=operation,
        names=names,
        arguments=arguments or {},
        shared_by_regions=True,
    )


# The same in all regions, without a region in the name: DescribeGlobalClusters.
GLOBAL_DATABASES = _regional(
    "global database",
    "rds",
    "describe_global_clusters",
    "GlobalClusters[].GlobalClusterIdentifier",
)
LISTINGS = (
    _regional("backup vault", "backup", "list_backup_vaults", "BackupVaultList[].BackupVaultName"),
    _regional("backup plan", "backup", "list_backup_plans", "BackupPlansList[].BackupPlanName"),
    _regional(
        "database cluster", "rds", "describe_db_clusters", "DBClusters[].DBClusterIdentifier"
    ),
    _regional(
        "database instance", "rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"
    ),
    # By its cluster: the snapshot's own name is arbitrary.
    _regional(
        "database snapshot",
        "rds",
        "describe_db_cluster_snapshots",
        "DBClusterSnapshots[].DBClusterIdentifier",
    ),
    _regional(
        "database subnet group",
        "rds",
        "describe_db_subnet_groups",
        "DBSubnetGroups[].DBSubnetGroupName",
    ),
    _regional(
        "event subscription",
        "rds",
        "describe_event_subscriptions",
        "EventSubscriptionsList[].CustSubscriptionId",
    ),
    _regional("log group", "logs", "describe_log_groups", "logGroups[].logGroupName"),
    _regional("secret", "secretsmanager", "list_secrets", "SecretList[].Name"),
    _regional("parameter", "ssm", "describe_parameters", "Parameters[].Name"),
    _regional(
        "load balancer", "elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerName"
    ),
    _regional("target group", "elbv2", "describe_target_groups", "TargetGroups[].TargetGroupName"),
    _regional("ECS cluster", "ecs", "list_clusters", "clusterArns[]"),
    _regional("topic", "sns", "list_topics", "Topics[].TopicArn"),
    _regional("key alias", "kms", "list_aliases", "Aliases[].AliasName"),
    Listing(
        kind="alarm",
        service="cloudwatch",
        operation="describe_alarms",
        names="[CompositeAlarms, MetricAlarms][][].AlarmName",
        # Without them, only metric alarms are returned.
        arguments={"AlarmTypes": ["CompositeAlarm", "MetricAlarm"]},
    ),
    _regional("event rule", "events", "list_rules", "Rules[].Name"),
    _regional("network", "ec2", "describe_vpcs", "Vpcs[].Tags[] | [?Key=='Name'].Value"),
    _regional(
        "elastic IP address",
        "ec2",
        "describe_addresses",
        "Addresses[].Tags[] | [?Key=='Name'].Value",
    ),
    Listing(
        kind="web ACL",
        service="wafv2",
        operation="list_web_acls",
        names="WebACLs[].Name",
        arguments={"Scope": "REGIONAL"},
    ),
    _shared("bucket", "s3", "list_buckets", "Buckets[].Name"),
    _shared("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    _shared("role", "iam", "list_roles", "Roles[].RoleName"),
    _shared("policy", "iam", "list_policies", "Policies[].PolicyName", {"Scope": "Local"}),
)
