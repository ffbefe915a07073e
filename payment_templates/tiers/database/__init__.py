"""Adds the database: an Aurora cluster with a writer and readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import If, Join, NoValue, Split, rds

from payment_templates import naming
from payment_templates.tiers.security import POSTGRES_PORT

from .instances import ENGINE, add_instances
from .secret import BY_REGION, MASTER_USERNAME, VALIDATOR, add_secret, password_of

if TYPE_CHECKING:
    from troposphere import GetAtt, secretsmanager

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.encryption import Encryption
    from payment_templates.tiers.enhanced_monitoring import EnhancedMonitoring
    from payment_templates.tiers.log_groups import LogGroups
    from payment_templates.tiers.network import Network
    from payment_templates.tiers.security import Security

DATABASE_NAME = "payments"
# The recovery point objective of a global database, in seconds; a dynamic parameter.
LOST_SECONDS = "rds.global_db_rpo"
# pgAudit is in force once each instance has restarted; a new one starts with it. The first library
# is Aurora's own default, which this replaces; all four belong to groups of clusters too:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
AUDIT_SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements,pgaudit",
    # Data, roles and the schema, without pgaudit.log_parameter: no values of prepared statements.
    "pgaudit.log": "ddl,read,role,write",
    "log_connections": "1",
    "log_disconnections": "1",
}

# password_of explains why the cluster does not always use a dynamic reference.
_PASSWORD_BY_PARAMETER = {
    "cfn-lint": {
        "config": {"ignore_checks": ["W1011"]},
        "reason": "A reference misses changes",
    }
}


@dataclass(frozen=True, kw_only=True)
class Database:
    """The Aurora cluster, its instances and the secret with its credentials."""

    cluster: rds.DBCluster
    writer: rds.DBInstance
    readers: tuple[rds.DBInstance, ...]
    # With a global database, it exists only in the home region.
    secret: secretsmanager.Secret
    writer_endpoint: GetAtt | Join
    reader_endpoint: GetAtt


def add_database(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    encryption: Encryption,
    log_groups: LogGroups,
    network: Network,
    security: Security,
    enhanced_monitoring: EnhancedMonitoring,
) -> Database:
    """Add the secret, the cluster, its writer and its readers."""
    secret = add_secret(scope, parameters, conditions, encryption)
    cluster = scope.add(
        rds.DBCluster(
            "DatabaseCluster",
            # Container Insights may still write after the ECS cluster is deleted, and would create
            # its group again. So the group is deleted after the database, minutes later.
            DependsOn=[log_groups.database.title, log_groups.container_insights.title],
            Metadata=_PASSWORD_BY_PARAMETER | _accepted_of_cluster(scope),
            DBClusterIdentifier=naming.database_cluster_name(scope.options),
            Engine=ENGINE,
            EngineVersion=parameters.engine_version.ref(),
            # Without it CloudFormation's handler sends MySQL's 3306: facts/resource_defaults.py.
            Port=POSTGRES_PORT,
            DatabaseName=_at_home(conditions, DATABASE_NAME),
            MasterUsername=_at_home(conditions, MASTER_USERNAME),
            MasterUserPassword=_at_home(conditions, password_of(parameters, conditions, secret)),
            DBSubnetGroupName=_add_subnet_group(scope, network).ref(),
            VpcSecurityGroupIds=[security.database.ref()],
            DBClusterParameterGroupName=_add_parameter_group(scope, conditions).ref(),
            StorageEncrypted=True,
            KmsKeyId=encryption.key.get_att("Arn"),
            BackupRetentionPeriod=scope.options.backup_days,
            DeleteAutomatedBackups=scope.options.deletion_policy == "Delete",
            CopyTagsToSnapshot=True,
            DeletionProtection=(
                parameters.deletion_protection.ref() if parameters.deletion_protection else False
            ),
            EnableCloudwatchLogsExports=["postgresql"],
            EnableIAMDatabaseAuthentication=True,
            Tags=naming.tags(naming.DATABASE_CLUSTER),
            **_joined_elsewhere(parameters, conditions),
        )
    )
    writer, *readers = add_instances(scope, cluster, encryption, network, enhanced_monitoring)
    reader_endpoint = cluster.get_att("ReadEndpoint.Address")
    return Database(
        cluster=cluster,
        writer=writer,
        readers=tuple(readers),
        secret=secret,
        writer_endpoint=(
            _writer_of_any_region(reader_endpoint)
            if scope.options.global_database
            else cluster.get_att("Endpoint.Address")
        ),
        reader_endpoint=reader_endpoint,
    )


def _accepted_of_cluster(scope: Scope) -> dict[str, dict[str, str]]:
    if scope.options.global_database:
        return {VALIDATOR: {"W1028": BY_REGION}}
    return {VALIDATOR: {"W2501": "NoEcho or a reference"}}


def _at_home(conditions: Conditions, value: If | str) -> If | str:
    # RDS refuses them for a cluster that joins a global database:
    # https://github.com/hashicorp/terraform-provider-aws/issues/10188
    home = conditions.is_database_home
    return If(home, value, NoValue) if home else value


def _joined_elsewhere(parameters: Parameters, conditions: Conditions) -> dict[str, Any]:
    home, region = conditions.is_database_home, parameters.database_home_region
    if not (home and region):
        return {}
    return {
        # Never at home: CloudFormation cannot add it to a running cluster (DBCluster,
        # ImmutabilityHelper), and detaches the cluster when it goes away (UpdateHandler).
        "GlobalClusterIdentifier": If(home, NoValue, naming.global_database_id()),
        # Without it, RDS refuses an encrypted cluster:
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/719
        "SourceRegion": If(home, NoValue, region.ref()),
    }


def _writer_of_any_region(reader_endpoint: GetAtt) -> Join:
    # RDS does not return the writer endpoint of a cluster that has no writer, so Fn::GetAtt would
    # fail in the other region, and after a switchover in the home region:
    # https://github.com/hashicorp/terraform-provider-aws/issues/14219
    # It is the reader endpoint without "-ro":
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    return Join(".cluster-", Split(".cluster-ro-", reader_endpoint))


def _add_subnet_group(scope: Scope, network: Network) -> rds.DBSubnetGroup:
    return scope.add(
        rds.DBSubnetGroup(
            "DatabaseSubnetGroup",
            DBSubnetGroupName=naming.physical_name("AWS::RDS::DBSubnetGroup", "database"),
            DBSubnetGroupDescription="Private subnets",
            SubnetIds=[subnet.ref() for subnet in network.private_subnets],
            Tags=naming.tags("database"),
        )
    )


def _database_settings(scope: Scope, conditions: Conditions) -> dict[str, If | str]:
    settings: dict[str, If | str] = {"rds.force_ssl": "1"}
    if scope.options.database_audit:
        settings |= AUDIT_SETTINGS
    if bounds := conditions.bounds_lost_payments:
        # Without a copy the cluster would not commit. So not before the other region has joined,
        # and not in the other region, which has no copy after a failover:
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
        # The handler of the parameter group resets a parameter that an update removes.
        settings[LOST_SECONDS] = If(bounds, str(scope.options.lost_seconds), NoValue)
    return settings


def _add_parameter_group(scope: Scope, conditions: Conditions) -> rds.DBClusterParameterGroup:
    return scope.add(
        rds.DBClusterParameterGroup(
            "DatabaseParameterGroup",
            # No name: a new family replaces the group, which a fixed name would prevent.
            Description="TLS alone",
            Family="aurora-postgresql15",
            Parameters=_database_settings(scope, conditions),
            Tags=naming.tags("database"),
        )
    )
