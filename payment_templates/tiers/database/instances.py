"""Adds the instances of the database: a writer and readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import rds

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.scope import Scope
    from payment_templates.tiers.encryption import Encryption
    from payment_templates.tiers.enhanced_monitoring import EnhancedMonitoring
    from payment_templates.tiers.network import Network

ENGINE = "aurora-postgresql"


def add_instances(
    scope: Scope,
    cluster: rds.DBCluster,
    encryption: Encryption,
    network: Network,
    enhanced_monitoring: EnhancedMonitoring,
) -> list[rds.DBInstance]:
    """Add the writer and the readers; the writer is the first."""
    # The instance that is created first becomes the writer. Each depends on the previous one:
    # updates follow the same order, so that no update restarts two instances at once.
    instances = [_add_instance(scope, cluster, encryption, network, number=1)]
    for number in range(2, 2 + scope.options.readers):
        instances.append(
            _add_instance(scope, cluster, encryption, network, number=number, after=instances[-1])
        )
    if role := enhanced_monitoring.role:
        for instance in instances:
            instance.MonitoringInterval = scope.options.enhanced_monitoring_seconds
            instance.MonitoringRoleArn = role.get_att("Arn")
    return instances


def _add_instance(
    scope: Scope,
    cluster: rds.DBCluster,
    encryption: Encryption,
    network: Network,
    *,
    number: int,
    after: rds.DBInstance | None = None,
) -> rds.DBInstance:
    subnet = network.private_subnets[(number - 1) % len(network.private_subnets)]
    # Numbered, without a role: a failover changes the roles.
    name = f"aurora-{number}"
    instance = rds.DBInstance(
        "DatabaseWriter" if after is None else f"DatabaseReader{number - 1}",
        DBInstanceIdentifier=naming.physical_name("AWS::RDS::DBInstance", name),
        DBClusterIdentifier=cluster.ref(),
        DBInstanceClass=scope.options.instance_class,
        Engine=ENGINE,
        AvailabilityZone=subnet.get_att("AvailabilityZone"),
        PromotionTier=number - 1,
        PubliclyAccessible=False,
        # The parameter sets the version: an automatic upgrade by AWS is drift.
        AutoMinorVersionUpgrade=scope.options.automatic_minor_upgrades,
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId=encryption.key.get_att("Arn"),
        Tags=naming.tags(name),
    )
    if after is not None:
        instance.DependsOn = [after.title]
    return scope.add(instance)
