from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.stack import Stack

# LatestRestorableTime is typically within the last five minutes; this limit is three times that:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PIT.html
RESTORABLE_WITHIN = timedelta(minutes=15)
EACH_INSTANCE = pytest.mark.parametrize("tier", range(3), ids=["writer", "reader 1", "reader 2"])


def test_cluster_is_aurora_postgresql_15(stack: Stack) -> None:
    cluster = resources.database_cluster(stack)

    assert cluster["Engine"] == "aurora-postgresql"
    assert cluster["EngineVersion"].split(".")[0] == "15"


def test_cluster_runs_the_requested_version(stack: Stack) -> None:
    version = resources.database_cluster(stack)["EngineVersion"]

    assert version == stack.parameters["DBEngineVersion"]


def test_cluster_is_available(stack: Stack) -> None:
    status = resources.database_cluster(stack)["Status"]

    assert status == "available"


def test_cluster_has_one_writer_and_two_readers(stack: Stack) -> None:
    members = resources.database_cluster(stack)["DBClusterMembers"]

    writers = [member["IsClusterWriter"] for member in members]
    assert sorted(writers) == [False, False, resources.has_writer(stack)]


def test_three_instances_are_in_three_zones(stack: Stack) -> None:
    zones = {instance["AvailabilityZone"] for instance in resources.database_instances(stack)}

    assert len(zones) == 3


# A failover moves the writer, but not the order of promotion.
@EACH_INSTANCE
def test_instance_is_in_its_zone(stack: Stack, tier: int) -> None:
    instance = resources.database_instances(stack)[tier]

    assert instance["PromotionTier"] == tier
    assert instance["AvailabilityZone"] == resources.zones(stack)[tier]


def test_cluster_fails_over_between_zones(stack: Stack) -> None:
    cluster = resources.database_cluster(stack)

    assert cluster["MultiAZ"] is True


@EACH_INSTANCE
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DBInstanceStatus", "available"),
        ("Engine", "aurora-postgresql"),
        ("PubliclyAccessible", False),
        ("StorageEncrypted", True),
        ("AutoMinorVersionUpgrade", False),
        ("PerformanceInsightsEnabled", True),
    ],
)
def test_instance_has_the_setting(stack: Stack, tier: int, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    instance = resources.database_instances(stack)[tier]

    assert instance[name] == value


@EACH_INSTANCE
def test_instance_has_the_class_of_the_profile(stack: Stack, tier: int) -> None:
    instance = resources.database_instances(stack)[tier]

    assert instance["DBInstanceClass"] == stack.profile.instance_class


@EACH_INSTANCE
def test_instance_runs_the_version_of_its_cluster(stack: Stack, tier: int) -> None:
    version = resources.database_instances(stack)[tier]["EngineVersion"]

    assert version == resources.database_cluster(stack)["EngineVersion"]


@EACH_INSTANCE
def test_instance_listens_on_the_port_of_its_cluster(stack: Stack, tier: int) -> None:
    port = resources.database_instances(stack)[tier]["Endpoint"]["Port"]

    assert port == resources.database_cluster(stack)["Port"]


def test_every_instance_has_applied_the_cluster_parameters(stack: Stack) -> None:
    members = resources.database_cluster(stack)["DBClusterMembers"]

    # The next update restarts an instance that is pending-reboot.
    assert {member["DBClusterParameterGroupStatus"] for member in members} == {"in-sync"}


# CloudFormation ignores a changed user, and the secret would have a user that does not exist.
def test_master_user_is_that_of_the_template(stack: Stack) -> None:
    user = resources.database_cluster(stack)["MasterUsername"]

    clusters = [
        resource["Properties"]
        for resource in resources.templated(stack).values()
        if resource["Type"] == "AWS::RDS::DBCluster"
    ]
    # With a global database, only the cluster of its home region states the user.
    (given,) = (cluster["MasterUsername"] for cluster in clusters)
    assert user in (given["Fn::If"] if isinstance(given, dict) else [given])


@EACH_INSTANCE
def test_operating_system_is_measured_as_often_as_the_profile_says(stack: Stack, tier: int) -> None:
    instance = resources.database_instances(stack)[tier]

    assert instance.get("MonitoringInterval", 0) == stack.profile.monitoring_seconds


@EACH_INSTANCE
@pytest.mark.parametrize("key", ["KmsKeyId", "PerformanceInsightsKMSKeyId"])
def test_instance_data_is_encrypted_with_the_stacks_key(stack: Stack, tier: int, key: str) -> None:
    instance = resources.database_instances(stack)[tier]

    assert instance[key] == stack.outputs["EncryptionKeyArn"]


def test_cluster_is_encrypted_with_the_stacks_key(stack: Stack) -> None:
    cluster = resources.database_cluster(stack)

    assert cluster["StorageEncrypted"] is True
    assert cluster["KmsKeyId"] == stack.outputs["EncryptionKeyArn"]


def test_backups_are_retained_as_in_the_profile(stack: Stack) -> None:
    days = resources.database_cluster(stack)["BackupRetentionPeriod"]

    assert days == stack.profile.backup_days


def test_snapshots_have_the_clusters_tags(stack: Stack) -> None:
    cluster = resources.database_cluster(stack)

    assert cluster["CopyTagsToSnapshot"] is True


def test_database_writes_its_log_to_cloudwatch(stack: Stack) -> None:
    cluster = resources.database_cluster(stack)

    assert cluster["EnabledCloudwatchLogsExports"] == ["postgresql"]


def test_log_of_the_database_expires_and_is_encrypted(stack: Stack) -> None:
    name = f"/aws/rds/cluster/{stack.outputs['DatabaseClusterId']}/postgresql"

    group = resources.log_groups(stack)[name]

    assert group["retentionInDays"] == stack.profile.log_days
    assert group["kmsKeyId"] == stack.outputs["EncryptionKeyArn"]


def test_users_may_log_in_with_iam(stack: Stack) -> None:
    cluster = resources.database_cluster(stack)

    assert cluster["IAMDatabaseAuthenticationEnabled"] is True


def test_database_has_the_settings_of_the_profile(stack: Stack) -> None:
    group = resources.database_cluster(stack)["DBClusterParameterGroup"]

    answer = stack.ask(
        "rds", "describe_db_cluster_parameters", DBClusterParameterGroupName=group, Source="user"
    )

    set_here = {given["ParameterName"]: given["ParameterValue"] for given in answer["Parameters"]}
    expected = {"rds.force_ssl": "1"}
    if stack.profile.audits_database:
        expected |= {
            "shared_preload_libraries": "pg_stat_statements,pgaudit",
            "pgaudit.log": "ddl,read,role,write",
            "log_connections": "1",
            "log_disconnections": "1",
        }
    if stack.parameters.get("BoundLostPayments") == "true" and stack.is_database_home:
        expected["rds.global_db_rpo"] = str(stack.profile.lost_seconds)
    assert set_here == expected


def test_database_is_in_the_private_subnets(stack: Stack) -> None:
    name = resources.database_cluster(stack)["DBSubnetGroup"]

    (group,) = stack.ask("rds", "describe_db_subnet_groups", DBSubnetGroupName=name)[
        "DBSubnetGroups"
    ]

    found = {subnet["SubnetIdentifier"] for subnet in group["Subnets"]}
    assert found == {subnet["SubnetId"] for subnet in resources.subnets(stack, "Private")}


@EACH_INSTANCE
def test_instance_is_in_the_subnets_of_its_cluster(stack: Stack, tier: int) -> None:
    group = resources.database_instances(stack)[tier]["DBSubnetGroup"]["DBSubnetGroupName"]

    assert group == resources.database_cluster(stack)["DBSubnetGroup"]


@pytest.mark.parametrize(
    ("endpoint", "output"),
    [("Endpoint", "WriterEndpoint"), ("ReaderEndpoint", "ReaderEndpoint")],
    ids=["writer", "readers"],
)
def test_endpoint_is_an_output_of_the_stack(stack: Stack, endpoint: str, output: str) -> None:
    cluster = resources.database_cluster(stack)

    # A cluster without a writer shows no writer endpoint, but has one.
    without_role = cluster["ReaderEndpoint"].replace(".cluster-ro-", ".cluster-")
    assert cluster.get(endpoint, without_role) == stack.outputs[output]


@pytest.mark.real_aws("the latest restorable time")
def test_database_can_be_restored_to_the_last_minutes(stack: Stack) -> None:
    latest = resources.database_cluster(stack)["LatestRestorableTime"]

    assert datetime.now(UTC) - latest < RESTORABLE_WITHIN


@pytest.mark.real_aws("an automated snapshot")
def test_automated_snapshot_exists_and_is_encrypted(stack: Stack) -> None:
    answer = stack.ask(
        "rds",
        "describe_db_cluster_snapshots",
        DBClusterIdentifier=stack.outputs["DatabaseClusterId"],
        SnapshotType="automated",
    )

    keys = {snapshot["KmsKeyId"] for snapshot in answer["DBClusterSnapshots"]}

    assert keys == {stack.outputs["EncryptionKeyArn"]}


@pytest.mark.real_aws("the DNS names of the database")
@pytest.mark.parametrize("output", ["WriterEndpoint", "ReaderEndpoint"])
def test_database_name_resolves_to_a_private_subnet(stack: Stack, output: str) -> None:
    address = ip_address(socket.gethostbyname(stack.outputs[output]))

    ranges = [subnet["CidrBlock"] for subnet in resources.subnets(stack, "Private")]
    assert any(address in ip_network(block) for block in ranges)
