"""The database: an Aurora cluster with a writer and readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import If, NoValue, Sub, rds, secretsmanager

from payment_templates import naming

from .security import POSTGRES_PORT

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .encryption import Encryption
    from .log_groups import LogGroups
    from .network import Network
    from .security import Security

ENGINE = "aurora-postgresql"
DATABASE_NAME = "payments"
MASTER_USERNAME = "payment_admin"
# Of a generated password. Never change one of these without the secret's name: CloudFormation would
# generate a new password in the same secret, and leave the database on the old one:
# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2210
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
    """The cluster that holds the payments, and the secret with its credentials."""

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
    log_groups: LogGroups,
    network: Network,
    security: Security,
) -> Database:
    """Add the secret, the cluster, its writer and its readers."""
    secret = _add_secret(scope, parameters, conditions, encryption)
    cluster = scope.add(
        rds.DBCluster(
            "DatabaseCluster",
            # Container Insights may write once more after the ECS cluster is deleted, and then
            # creates its group again. The group stays until the database is gone, minutes later.
            DependsOn=[log_groups.database.title, log_groups.container_insights.title],
            Metadata=_PASSWORD_BY_PARAMETER,
            DBClusterIdentifier=naming.physical_name(
                "AWS::RDS::DBCluster", naming.DATABASE_CLUSTER
            ),
            Engine=ENGINE,
            EngineVersion=parameters.engine_version.ref(),
            # Without it CloudFormation's handler sends MySQL's 3306: facts/resource_defaults.py.
            Port=POSTGRES_PORT,
            DatabaseName=DATABASE_NAME,
            MasterUsername=MASTER_USERNAME,
            MasterUserPassword=_password(parameters, conditions, secret),
            DBSubnetGroupName=_add_subnet_group(scope, network).ref(),
            VpcSecurityGroupIds=[security.database.ref()],
            DBClusterParameterGroupName=_add_parameter_group(scope).ref(),
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
        )
    )
    # The instance that is made first becomes the writer. Each waits for the one before it, since an
    # update takes the same order: it never restarts two at once.
    instances = [_add_instance(scope, cluster, encryption, network, number=1)]
    for number in range(2, 2 + scope.options.readers):
        instances.append(
            _add_instance(scope, cluster, encryption, network, number=number, after=instances[-1])
        )
    writer, *readers = instances
    return Database(cluster=cluster, writer=writer, readers=tuple(readers), secret=secret)


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
            # A password that is given, and one that is generated, lie in secrets of their own. So
            # the cluster's old password and its new one always differ when the handler compares
            # them, and a rollback finds the old secret as it was: DBCluster, UpdateHandler in
            # https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds
            Name=If(
                conditions.has_password,
                naming.physical_name("AWS::SecretsManager::Secret", "given-password"),
                naming.physical_name("AWS::SecretsManager::Secret", "database"),
            ),
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
