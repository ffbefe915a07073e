from __future__ import annotations

import re
import string
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import references_in
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

WRITER = "DatabaseWriter"
READERS = ["DatabaseReader1", "DatabaseReader2"]
INSTANCES = [WRITER, *READERS]
KEY_ARN = {"Fn::GetAtt": ["EncryptionKey", "Arn"]}
USER = '{"username":"payment_admin"'
GIVEN = "given-password"
INSTANCE = {
    "DBInstanceClass": "db.t3.medium",
    "Engine": "aurora-postgresql",
    "PubliclyAccessible": False,
    "AutoMinorVersionUpgrade": False,
    "EnablePerformanceInsights": True,
    "PerformanceInsightsKMSKeyId": KEY_ARN,
}
CLUSTER = {
    "StorageEncrypted": True,
    "KmsKeyId": KEY_ARN,
    "BackupRetentionPeriod": 1,
    "DeleteAutomatedBackups": True,
    "CopyTagsToSnapshot": True,
    "DeletionProtection": False,
    "EnableCloudwatchLogsExports": ["postgresql"],
    "EnableIAMDatabaseAuthentication": True,
    "VpcSecurityGroupIds": [{"Ref": "DatabaseSecurityGroup"}],
    "DBSubnetGroupName": {"Ref": "DatabaseSubnetGroup"},
    "DBClusterParameterGroupName": {"Ref": "DatabaseParameterGroup"},
}


def test_cluster_is_aurora_postgresql(template: View) -> None:
    cluster = template.properties("DatabaseCluster")

    assert cluster["Engine"] == "aurora-postgresql"


def test_operator_chooses_the_engine_version(template: View) -> None:
    cluster = template.properties("DatabaseCluster")

    assert cluster["EngineVersion"] == {"Ref": "DBEngineVersion"}


def test_cluster_has_one_writer_and_two_readers(template: View) -> None:
    instances = template.of_type("AWS::RDS::DBInstance")

    assert list(instances) == INSTANCES


@pytest.mark.parametrize("instance", INSTANCES)
def test_instance_belongs_to_the_cluster(template: View, instance: str) -> None:
    properties = template.properties(instance)

    assert properties["DBClusterIdentifier"] == {"Ref": "DatabaseCluster"}


@pytest.mark.parametrize(("instance", "zone"), list(zip(INSTANCES, "ABC", strict=True)))
def test_every_instance_is_in_a_different_zone(template: View, instance: str, zone: str) -> None:
    properties = template.properties(instance)

    subnet = f"PrivateSubnet{zone}"
    assert properties["AvailabilityZone"] == {"Fn::GetAtt": [subnet, "AvailabilityZone"]}


@pytest.mark.parametrize(("instance", "tier"), list(zip(INSTANCES, (0, 1, 2), strict=True)))
def test_instances_are_promoted_in_the_order_of_their_zones(
    template: View, instance: str, tier: int
) -> None:
    properties = template.properties(instance)

    assert properties["PromotionTier"] == tier


# The instance that is created first becomes the writer.
@pytest.mark.parametrize("reader", READERS)
def test_reader_is_created_after_the_writer(template: View, reader: str) -> None:
    dependencies = template.waits_for(reader)

    assert WRITER in dependencies


# CloudFormation updates in the order of creation: an update restarts one instance at a time.
@pytest.mark.parametrize(("before", "instance"), list(pairwise(INSTANCES)))
def test_no_two_instances_are_updated_at_once(template: View, before: str, instance: str) -> None:
    dependencies = template.depends_on(instance)

    assert before in dependencies


@pytest.mark.parametrize("instance", INSTANCES)
@pytest.mark.parametrize("name", INSTANCE)
def test_instance_is_set_up_as_specified(template: View, instance: str, name: str) -> None:
    properties = template.properties(instance)

    assert properties[name] == INSTANCE[name]


@pytest.mark.parametrize("name", CLUSTER)
def test_cluster_is_set_up_as_specified(template: View, name: str) -> None:
    cluster = template.properties("DatabaseCluster")

    assert cluster[name] == CLUSTER[name]


# Without it CloudFormation's handler sends 3306, and the security groups allow only 5432.
def test_database_port_is_the_port_that_its_group_allows(template: View) -> None:
    cluster = template.properties("DatabaseCluster")

    (rule,) = template.rules_into("DatabaseSecurityGroup")
    assert (cluster["Port"], rule["FromPort"], rule["ToPort"]) == (5432, 5432, 5432)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BackupRetentionPeriod", 35),
        ("DeleteAutomatedBackups", False),
        ("DeletionProtection", {"Ref": "DeletionProtection"}),
    ],
)
def test_production_retains_backups_and_has_deletion_protection(
    production: View, name: str, value: object
) -> None:
    cluster = production.properties("DatabaseCluster")

    assert cluster[name] == value


def test_production_uses_no_burstable_class(production: View) -> None:
    classes = {
        instance["DBInstanceClass"]
        for instance in production.of_type("AWS::RDS::DBInstance").values()
    }

    assert classes == {"db.r6g.large"}


def test_database_is_in_the_private_subnets(template: View) -> None:
    group = template.only("AWS::RDS::DBSubnetGroup")

    assert group["SubnetIds"] == [{"Ref": f"PrivateSubnet{zone}"} for zone in "ABC"]


def test_database_refuses_connections_without_tls(template: View) -> None:
    group = template.properties("DatabaseParameterGroup")

    assert group["Parameters"] == {"rds.force_ssl": "1"}


def test_parameter_group_fits_the_default_engine_version(template: View) -> None:
    version = template.document["Parameters"]["DBEngineVersion"]["Default"]

    group = template.properties("DatabaseParameterGroup")

    assert group["Family"] == f"aurora-postgresql{version.split('.')[0]}"


def test_log_group_of_aurora_is_created_before_the_cluster(template: View) -> None:
    dependencies = template.depends_on("DatabaseCluster")

    assert "DatabaseLogGroup" in dependencies


def test_log_group_has_the_name_that_aurora_uses(template: View) -> None:
    cluster = template.properties("DatabaseCluster")["DBClusterIdentifier"]["Fn::Sub"]

    group = template.properties("DatabaseLogGroup")

    assert group["LogGroupName"] == {"Fn::Sub": f"/aws/rds/cluster/{cluster}/postgresql"}


# The handler compares the cluster's old and new password, and CloudFormation resolves both at the
# time of the update: in one secret they would be the same.
def test_given_and_generated_passwords_are_in_different_secrets(template: View) -> None:
    generated = template.deployed().properties("DatabaseSecret")["Name"]

    given = template.deployed(DBMasterPassword=GIVEN).properties("DatabaseSecret")["Name"]

    assert given != generated


def test_secret_is_encrypted_with_the_key(template: View) -> None:
    secret = template.only("AWS::SecretsManager::Secret")

    assert secret["KmsKeyId"] == {"Ref": "EncryptionKey"}


def test_secret_holds_the_given_password(template: View) -> None:
    secret = template.deployed(DBMasterPassword=GIVEN).properties("DatabaseSecret")

    assert contents(secret) == {
        "SecretString": {"Fn::Sub": USER + ',"password":"${DBMasterPassword}"}'}
    }


def test_secret_holds_a_generated_password_when_none_is_given(template: View) -> None:
    secret = template.deployed().properties("DatabaseSecret")

    assert contents(secret) == {
        "GenerateSecretString": {
            "SecretStringTemplate": USER + "}",
            "GenerateStringKey": "password",
            "PasswordLength": 40,
            "ExcludeCharacters": "/\\\"@ '",
        }
    }


def test_generated_password_matches_the_parameters_pattern(template: View) -> None:
    generated = template.deployed().properties("DatabaseSecret")["GenerateSecretString"]
    characters = string.ascii_letters + string.digits + string.punctuation
    worst = "".join(sorted(set(characters) - set(generated["ExcludeCharacters"])))

    pattern: str = template.document["Parameters"]["DBMasterPassword"]["AllowedPattern"]

    length: int = generated["PasswordLength"]
    assert all(re.fullmatch(pattern, character * length) for character in worst)


def test_cluster_and_secret_hold_the_same_user(template: View) -> None:
    cluster = template.properties("DatabaseCluster")

    assert cluster["MasterUsername"] in USER


def test_cluster_reads_the_generated_password_from_the_secret(template: View) -> None:
    cluster = template.deployed().properties("DatabaseCluster")

    reference = "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:password}}"
    assert cluster["MasterUserPassword"] == {"Fn::Sub": reference}


# With a dynamic reference CloudFormation would not notice a changed parameter.
def test_cluster_follows_a_changed_password(template: View) -> None:
    cluster = template.deployed(DBMasterPassword=GIVEN).properties("DatabaseCluster")

    assert cluster["MasterUserPassword"] == {"Ref": "DBMasterPassword"}


def test_only_secret_and_cluster_use_the_password(template: View) -> None:
    sections = ("Resources", "Outputs")

    holders = {
        name
        for section in sections
        for name, entry in template.document[section].items()
        if "DBMasterPassword" in set(references_in(entry))
    }

    assert holders == {"DatabaseSecret", "DatabaseCluster"}


def test_cluster_uses_the_password_in_one_property(template: View) -> None:
    cluster = template.properties("DatabaseCluster")

    holders = {name for name, value in cluster.items() if "DBMasterPassword" in str(value)}

    assert holders == {"MasterUserPassword"}


def test_only_the_cluster_resolves_the_secret(template: View) -> None:
    resolving = {
        name for name, resource in template.resources.items() if "{{resolve:" in str(resource)
    }

    assert resolving == {"DatabaseCluster"}


def contents(secret: Json) -> Json:
    return {name: value for name, value in secret.items() if "SecretString" in name}


def test_production_audits_statements_and_connections(production: View) -> None:
    settings = production.properties("DatabaseParameterGroup")["Parameters"]

    assert {name: settings[name] for name in settings if name != "rds.global_db_rpo"} == {
        "rds.force_ssl": "1",
        # Aurora loads the first by default, and the list replaces its default.
        "shared_preload_libraries": "pg_stat_statements,pgaudit",
        "pgaudit.log": "ddl,read,role,write",
        "log_connections": "1",
        "log_disconnections": "1",
    }


# What pgAudit writes to the log must leave the instance.
def test_audit_is_exported(production: View) -> None:
    assert production.properties("DatabaseCluster")["EnableCloudwatchLogsExports"] == ["postgresql"]


@pytest.mark.parametrize("instance", INSTANCES)
def test_rds_installs_minor_versions_if_asked_to(instance: str) -> None:
    options = replace(PROFILES["standard"], automatic_minor_upgrades=True)

    built = View.of(build_template(options))

    assert built.properties(instance)["AutoMinorVersionUpgrade"] is True
