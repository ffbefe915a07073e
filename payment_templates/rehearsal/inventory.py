"""Lists the resources in a region, so that leftovers of a deleted stack are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from payment_templates.rehearsal import EmbeddedAws


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A call that lists resources of a service, and the member that identifies an entry."""

    service: str
    operation: str
    entries: str
    # None if the entries are names.
    identity: str | None
    exists: Callable[[Any], bool] = lambda _entry: True


def _listing(service: str, operation: str, entries: str, identity: str | None) -> Listing:
    return Listing(service=service, operation=operation, entries=entries, identity=identity)


LISTINGS = (
    _listing("application-autoscaling", "describe_scaling_policies", "ScalingPolicies",
             "PolicyARN"),
    _listing("application-autoscaling", "describe_scalable_targets", "ScalableTargets",
             "ResourceId"),
    _listing("backup", "list_backup_plans", "BackupPlansList", "BackupPlanArn"),
    _listing("backup", "list_backup_vaults", "BackupVaultList", "BackupVaultName"),
    _listing("cloudwatch", "describe_alarms", "CompositeAlarms", "AlarmArn"),
    _listing("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmArn"),
    _listing("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    _listing("ec2", "describe_addresses", "Addresses", "AllocationId"),
    _listing("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    _listing("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    # A deleted gateway stays visible for about an hour: DeleteNatGateway.
    Listing(
        service="ec2",
        operation="describe_nat_gateways",
        entries="NatGateways",
        identity="NatGatewayId",
        exists=lambda entry: entry["State"] not in {"deleting", "deleted"},
    ),
    _listing("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    _listing("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    _listing("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    _listing("ec2", "describe_subnets", "Subnets", "SubnetId"),
    _listing("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    _listing("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    _listing("ecs", "list_clusters", "clusterArns", None),
    _listing("ecs", "list_task_definitions", "taskDefinitionArns", None),
    _listing("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    _listing("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    _listing("events", "list_rules", "Rules", "Arn"),
    _listing("iam", "list_policies", "Policies", "Arn"),
    _listing("iam", "list_roles", "Roles", "Arn"),
    _listing("kms", "list_aliases", "Aliases", "AliasName"),
    _listing("logs", "describe_log_groups", "logGroups", "logGroupName"),
    _listing("rds", "describe_db_cluster_automated_backups", "DBClusterAutomatedBackups",
             "DbClusterResourceId"),
    _listing("rds", "describe_db_cluster_parameter_groups", "DBClusterParameterGroups",
             "DBClusterParameterGroupName"),
    _listing("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots",
             "DBClusterSnapshotIdentifier"),
    _listing("rds", "describe_db_clusters", "DBClusters", "DBClusterArn"),
    _listing("rds", "describe_db_instances", "DBInstances", "DBInstanceArn"),
    _listing("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    _listing("rds", "describe_event_subscriptions", "EventSubscriptionsList", "CustSubscriptionId"),
    _listing("route53", "list_health_checks", "HealthChecks", "Id"),
    _listing("secretsmanager", "list_secrets", "SecretList", "ARN"),
    _listing("sns", "list_subscriptions", "Subscriptions", "Endpoint"),
    _listing("sns", "list_topics", "Topics", "TopicArn"),
    _listing("ssm", "describe_parameters", "Parameters", "Name"),
    _listing("wafv2", "list_web_acls", "WebACLs", "ARN"),
)  # fmt: skip
# Without them, the calls fail, list AWS's own resources too, or not every alarm.
ARGUMENTS: Mapping[str, Mapping[str, object]] = {
    "describe_alarms": {"AlarmTypes": ["CompositeAlarm", "MetricAlarm"]},
    "describe_scalable_targets": {"ServiceNamespace": "ecs"},
    "describe_scaling_policies": {"ServiceNamespace": "ecs"},
    "list_policies": {"Scope": "Local"},
    "list_web_acls": {"Scope": "REGIONAL"},
}


def inventory(aws: EmbeddedAws, region: str) -> frozenset[str]:
    """List the resources in a region, each as its service and its identity."""
    return frozenset(_resources(aws, region))


def _resources(aws: EmbeddedAws, region: str) -> Iterator[str]:
    for listing in LISTINGS:
        client = aws.client(listing.service, region)
        for entry in _entries(client, listing):
            if listing.exists(entry):
                name = entry if listing.identity is None else entry[listing.identity]
                yield f"{listing.service} {name}"
    yield from _active_keys(aws.client("kms", region))


def _entries(client: Any, listing: Listing) -> Iterator[Any]:  # noqa: ANN401 - boto3 makes it at run time.
    arguments = ARGUMENTS.get(listing.operation, {})
    if client.can_paginate(listing.operation):
        for page in client.get_paginator(listing.operation).paginate(**arguments):
            yield from page[listing.entries]
    else:
        yield from getattr(client, listing.operation)(**arguments)[listing.entries]


def _active_keys(client: Any) -> Iterator[str]:  # noqa: ANN401 - boto3 makes it at run time.
    # A deleted key stays in PendingDeletion for days, at no cost.
    for page in client.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            described = client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if described["KeyState"] != "PendingDeletion":
                yield f"kms {key['KeyId']}"
