"""Adds the stack's outputs, listed in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import If, Join, Output

from payment_templates import naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere import ec2

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.dns import Dns
    from payment_templates.tiers.encryption import Encryption
    from payment_templates.tiers.load_balancer import LoadBalancer
    from payment_templates.tiers.monitoring import Monitoring
    from payment_templates.tiers.network import Network
    from payment_templates.tiers.notifications import Notifications


def add_outputs(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    encryption: Encryption,
    network: Network,
    notifications: Notifications,
    database: Database,
    load_balancer: LoadBalancer,
    compute: Compute,
    dns: Dns,
    monitoring: Monitoring,
) -> None:
    """Add every output; the health check's output exists only with a domain."""
    balancer = load_balancer.balancer
    cluster = database.cluster
    scheme = If(conditions.has_certificate, "https://", "http://")
    host = If(conditions.has_domain, parameters.domain_name.ref(), balancer.get_att("DNSName"))
    for name, value, description in (
        ("ApplicationUrl", Join("", [scheme, host]), "Where the application answers"),
        ("LoadBalancerArn", balancer.ref(), "ARN of the load balancer"),
        ("TargetGroupArn", load_balancer.target_group.ref(), "ARN of its target group"),
        ("VpcId", network.vpc.ref(), "ID of the VPC"),
        ("PublicSubnetIds", _ids(network.public_subnets), "Public subnets"),
        ("PrivateSubnetIds", _ids(network.private_subnets), "Private subnets"),
        ("DatabaseClusterId", cluster.ref(), "Aurora cluster identifier"),
        ("WriterEndpoint", database.writer_endpoint, "Host of its writer"),
        ("ReaderEndpoint", database.reader_endpoint, "Host of its readers"),
        ("DatabaseSecretArn", database.secret.ref(), "Secret with user and password"),
        ("ClusterName", compute.cluster.ref(), "ECS cluster name"),
        ("ServiceName", compute.service.get_att("Name"), "ECS service name"),
        ("EncryptionKeyArn", encryption.key.get_att("Arn"), "ARN of the key"),
        ("AlertTopicArn", notifications.topic.ref(), "Topic of every alert"),
        ("DashboardName", monitoring.dashboard.ref(), "CloudWatch dashboard"),
    ):
        output = scope.add_output(Output(name, Description=description, Value=value))
        if name == "DatabaseSecretArn" and conditions.is_database_home:
            output.Condition = conditions.is_database_home
    scope.add_output(
        Output(
            "HealthCheckId",
            Condition=conditions.has_domain,
            Description="Health check",
            Value=dns.health_check.ref(),
        )
    )
    _add_global_database(scope, parameters)


def _add_global_database(scope: Scope, parameters: Parameters) -> None:
    if not parameters.database_home_region:
        return
    for name, value, description in (
        ("GlobalDatabaseId", naming.global_database_id(), "Database of both regions"),
        ("DatabaseHomeRegion", parameters.database_home_region.ref(), "Region that created it"),
    ):
        scope.add_output(Output(name, Description=description, Value=value))


def _ids(subnets: Sequence[ec2.Subnet]) -> Join:
    return Join(",", [subnet.ref() for subnet in subnets])
