"""Where a stack can leave something that costs money or takes a name: a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Place:
    """A call that lists one kind of thing, and where its answer holds the names."""

    kind: str
    service: str
    operation: str
    names: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    # All regions show these: only those that end in this region's name are its own.
    shared_by_regions: bool = False


def _place(kind: str, service: str, operation: str, names: str) -> Place:
    return Place(kind=kind, service=service, operation=operation, names=names)


def _shared(
    kind: str, service: str, operation: str, names: str, arguments: Mapping[str, str] | None = None
) -> Place:
    return Place(
        kind=kind,
        service=service,
        operation=operation,
        names=names,
        arguments=arguments or {},
        shared_by_regions=True,
    )


PLACES = (
    _place("database cluster", "rds", "describe_db_clusters", "DBClusters[].DBClusterIdentifier"),
    _place(
        "database instance", "rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"
    ),
    # By the cluster that it is of: its own name is anybody's choice.
    _place(
        "database snapshot",
        "rds",
        "describe_db_cluster_snapshots",
        "DBClusterSnapshots[].DBClusterIdentifier",
    ),
    _place(
        "database subnet group",
        "rds",
        "describe_db_subnet_groups",
        "DBSubnetGroups[].DBSubnetGroupName",
    ),
    _place(
        "event subscription",
        "rds",
        "describe_event_subscriptions",
        "EventSubscriptionsList[].CustSubscriptionId",
    ),
    _place("log group", "logs", "describe_log_groups", "logGroups[].logGroupName"),
    _place("secret", "secretsmanager", "list_secrets", "SecretList[].Name"),
    _place("parameter", "ssm", "describe_parameters", "Parameters[].Name"),
    _place("load balancer", "elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerName"),
    _place("target group", "elbv2", "describe_target_groups", "TargetGroups[].TargetGroupName"),
    _place("ECS cluster", "ecs", "list_clusters", "clusterArns[]"),
    _place("topic", "sns", "list_topics", "Topics[].TopicArn"),
    _place("key alias", "kms", "list_aliases", "Aliases[].AliasName"),
    _place("alarm", "cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    _place("event rule", "events", "list_rules", "Rules[].Name"),
    _place("network", "ec2", "describe_vpcs", "Vpcs[].Tags[] | [?Key=='Name'].Value"),
    _place(
        "elastic IP address",
        "ec2",
        "describe_addresses",
        "Addresses[].Tags[] | [?Key=='Name'].Value",
    ),
    _shared("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    _shared("role", "iam", "list_roles", "Roles[].RoleName"),
    _shared("policy", "iam", "list_policies", "Policies[].PolicyName", {"Scope": "Local"}),
)
