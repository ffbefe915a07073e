"""Where the payments are kept: a cluster with one writer and its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import If, NoValue, Sub, logs, rds, secretsmanager

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .encryption import Encryption
    from .network import Network
    from .security import Security

ENGINE = "aurora-postgresql"
DATABASE_NAME = "payments"
MASTER_USERNAME = "payment_admin"
# What RDS and the secret's JSON refuse in a password, as the parameter's pattern does.
EXCLUDED_CHARACTERS = "/\\\"@ '"
PASSWORD_LENGTH = 40

# Why the cluster does not take the password by dynamic reference alone: see _password.
_PASSWORD_BY_PARAMETER = {
    "cfn-lint": {
        "config": {"ignore_checks": ["W1011"]},
        "reason": "A reference misses changes",
    },
    "cloudformation-validate": {"W2501": "NoEcho or a reference"},
}


@dataclass(frozen=True, kw_only=True)
class Database:
    """The cluster that holds the payments, and the secret that opens it."""

    cluster: rds.DBCluster
    writer: rds.DBInstance
    readers: tuple[rds.DBInstance, ...]
    secret: secretsmanager.Secret


def add_database(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    encryption: Encryption,
    network: Network,
    security: Security,
) -> Database:
    """Add the secret, the cluster, its writer and its readers."""
    secret = _add_secret(scope, parameters, conditions, encryption)
    log_group = _add_log_group(scope, encryption)
    cluster = scope.add(
        rds.DBCluster(
            "DatabaseCluster",
            DependsOn=[log_group.title],
            Metadata=_PASSWORD_BY_PARAMETER,
            DBClusterIdentifier=naming.physical_name(
                "AWS::RDS::DBCluster", naming.DATABASE_CLUSTER
            ),
            Engine=ENGINE,
            EngineVersion=parameters.engine_version.ref(),
            DatabaseName=DATABASE_NAME,
            MasterUsername=MASTER_USERNAME,
            MasterUserPassword=_password(parameters, conditions, secret),
            DBSubnetGroupName=_add_subnet_group(scope, network).ref(),
            VpcSecurityGroupIds=[security.database.ref()],
            DBClusterParameterGroupName=_add_parameter_group(scope).ref(),
            StorageEncrypted=True,
            KmsKeyId=encryption.key.get_att("Arn"),
            BackupRetentionPeriod=scope.options.backup_days,
            DeleteAutomatedBackups=True,
            CopyTagsToSnapshot=True,
            DeletionProtection=scope.options.deletion_protection,
            EnableCloudwatchLogsExports=["postgresql"],
            EnableIAMDatabaseAuthentication=True,
            Tags=naming.tags(naming.DATABASE_CLUSTER),
        )
    )
    # The instance that is made first becomes the writer: the readers wait for it.
    writer = _add_instance(scope, cluster, encryption, network, number=1)
    readers = tuple(
        _add_instance(scope, cluster, encryption, network, number=2 + reader, after=writer)
        for reader in range(scope.options.readers)
    )
    return Database(cluster=cluster, writer=writer, readers=readers, secret=secret)


def _add_secret(
    scope: Scope, parameters: Parameters, conditions: Conditions, encryption: Encryption
) -> secretsmanager.Secret:
    template = f'{{"username":"{MASTER_USERNAME}"}}'
    given = (
        f'{{"username":"{MASTER_USERNAME}","password":"${{{parameters.database_password.title}}}"}}'
    )
    return scope.add(
        secretsmanager.Secret(
            "DatabaseSecret",
            Name=naming.physical_name("AWS::SecretsManager::Secret", "database"),
            KmsKeyId=encryption.key.ref(),
            SecretString=If(conditions.has_password, Sub(given), NoValue),
            GenerateSecretString=If(
                conditions.has_password,
                NoValue,
                secretsmanager.GenerateSecretString(
                    SecretStringTemplate=template,
                    GenerateStringKey="password",
                    PasswordLength=PASSWORD_LENGTH,
                    ExcludeCharacters=EXCLUDED_CHARACTERS,
                ),
            ),
            Tags=naming.tags("database"),
        )
    )


def _password(parameters: Parameters, conditions: Conditions, secret: secretsmanager.Secret) -> If:
    # A dynamic reference alone would not do: its text stays the same when the parameter changes,
    # so an update would change the secret and leave the cluster on the old password:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    reference = f"{{{{resolve:secretsmanager:${{{secret.title}}}:SecretString:password}}}}"
    return If(conditions.has_password, parameters.database_password.ref(), Sub(reference))


def _add_log_group(scope: Scope, encryption: Encryption) -> logs.LogGroup:
    # Aurora would make it, without a key, and it would outlive the stack.
    return scope.add(
        logs.LogGroup(
            "DatabaseLogGroup",
            LogGroupName=naming.database_log_group(),
            RetentionInDays=scope.options.log_days,
            KmsKeyId=encryption.key.get_att("Arn"),
            Tags=naming.tags("database-logs"),
        )
    )


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


def _add_parameter_group(scope: Scope) -> rds.DBClusterParameterGroup:
    return scope.add(
        rds.DBClusterParameterGroup(
            "DatabaseParameterGroup",
            # No name of its own: a new family replaces the group, which a name would forbid.
            Description="TLS alone",
            Family="aurora-postgresql15",
            Parameters={"rds.force_ssl": "1"},
            Tags=naming.tags("database"),
        )
    )


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
    # Roles move at a failover: the name in AWS counts, and tells no role.
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
        # The operator's parameter decides the version: an upgrade by AWS would drift from it.
        AutoMinorVersionUpgrade=False,
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId=encryption.key.get_att("Arn"),
        Tags=naming.tags(name),
    )
    if after is not None:
        instance.DependsOn = [after.title]
    return scope.add(instance)
