"""A production stack is created, protected and deleted, and its data is restored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.profiles import PROFILES
from payment_templates.rehearsal.inventory import inventory
from payment_templates.rendering import render
from payment_templates.stack import build_template
from tests.rehearsal import aws_cli, databases, stacks
from tests.rehearsal.restore_commands import (
    ADD_INSTANCE,
    FIND_BACKUPS,
    FIND_SNAPSHOT,
    RESTORE_SNAPSHOT,
    RESTORE_TO_TIME,
    SET_LOGIN,
)
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

CLUSTER = f"payment-aurora-cluster-prod-001-{EAST}"
RESTORED = "payment-aurora-cluster-restored"


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render(build_template(PROFILES["production"])))
    return document


def test_termination_protection_rejects_the_deletion_before_it_starts(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    stacks.create(aws, template, **_parameters(aws, "prod-001", protection="false"))
    client = aws.client("cloudformation", EAST)

    protected = stacks.update(aws, template, **_parameters(aws, "prod-001", protection="true"))
    client.update_termination_protection(StackName="payment", EnableTerminationProtection=True)

    assert protected.status == "UPDATE_COMPLETE"
    assert _is_protected(aws) == (True, True)
    with pytest.raises(client.exceptions.ClientError, match="TerminationProtection is enabled"):
        client.delete_stack(StackName="payment")
    events = client.describe_stack_events(StackName="payment")["StackEvents"]
    assert [event for event in events if event["ResourceStatus"].startswith("DELETE")] == []


def test_deleted_production_stack_retains_snapshot_backups_vault_key_and_logs(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    before = inventory(aws, EAST)
    stacks.create(aws, template, **_parameters(aws, "prod-001", protection="false"))
    stacks.update(aws, template, **_parameters(aws, "prod-001", protection="true"))
    stacks.update(aws, template, **_parameters(aws, "prod-001", protection="false"))

    outcome = stacks.delete(aws)

    assert outcome == stacks.Outcome(status="DELETE_COMPLETE", failures={})
    (snapshot,), (backup,) = databases.snapshots(aws), databases.automated_backups(aws)
    assert inventory(aws, EAST) - before == {
        "backup payment-vault-prod-001",
        f"rds {snapshot['DBClusterSnapshotIdentifier']}",
        f"rds {backup['DbClusterResourceId']}",
        f"kms {snapshot['KmsKeyId'].rpartition('/')[2]}",
        f"logs /aws/rds/cluster/{CLUSTER}/postgresql",
        "logs /aws/ecs/containerinsights/payment-cluster-prod-001/performance",
        *(name for name in inventory(aws, EAST) if name.startswith("logs /ecs/")),
        "logs /aws/vpc/payment-flow-logs-prod-001",
        "logs aws-waf-logs-payment-web-prod-001",
    }
    assert f"payment-logs-{aws.account}-prod-001-{EAST}" in [
        bucket["Name"] for bucket in aws.client("s3", EAST).list_buckets()["Buckets"]
    ]
    assert backup["Status"] == "retained"


def test_deletion_without_termination_protection_deletes_all_but_protected_resources(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    stacks.create(aws, template, **_parameters(aws, "prod-001", protection="true"))

    outcome = stacks.delete(aws)

    assert outcome.status == "DELETE_FAILED"
    assert {*outcome.failures} - {"payment"} == {"GlobalDatabase", "LoadBalancer"}
    assert _is_protected(aws) == (True, True)
    # The global database is deleted before any instance, and is protected too.
    assert len(aws.client("rds", EAST).describe_db_instances()["DBInstances"]) == 3
    assert aws.client("ecs", EAST).list_clusters()["clusterArns"] == []


def test_failed_creation_with_protection_cannot_be_rolled_back(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    broken = {**_parameters(aws, "prod-001", protection="true"), "ContainerImage": "pay:missing"}

    outcome = stacks.create(aws, template, **broken)

    assert outcome.status == "ROLLBACK_FAILED"
    assert {"GlobalDatabase", "LoadBalancer"} <= {*outcome.failures}


def test_failed_creation_without_protection_leaves_only_the_bucket_of_access_logs(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    broken = {**_parameters(aws, "prod-001", protection="false"), "ContainerImage": "pay:missing"}

    outcome = stacks.create(aws, template, **broken)

    # It holds the load balancer's test file.
    assert outcome.status == "ROLLBACK_FAILED"
    assert {*outcome.failures} - {"payment"} == {"Service", "AccessLogBucket"}


def test_database_is_restored_from_the_final_snapshot(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    network = _delete_production_and_create_another(aws, template)

    ((snapshot, version, key),) = aws_cli.run(aws, EAST, FIND_SNAPSHOT, cluster=CLUSTER)
    restored = aws_cli.run(
        aws, EAST, RESTORE_SNAPSHOT, snapshot=snapshot, version=version, key=key, **network
    )

    assert restored["DBCluster"]["DBClusterIdentifier"] == RESTORED
    _require_working_database(aws, key)


def test_database_is_restored_from_the_retained_backups(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    network = _delete_production_and_create_another(aws, template)

    ((resource_id, key),) = aws_cli.run(aws, EAST, FIND_BACKUPS, cluster=CLUSTER)
    aws_cli.run(aws, EAST, RESTORE_TO_TIME, resource_id=resource_id, key=key, **network)

    _require_working_database(aws, key)


def test_restore_needs_the_retained_key_to_be_enabled(
    aws: EmbeddedAws, template: dict[str, Any]
) -> None:
    network = _delete_production_and_create_another(aws, template)
    ((snapshot, version, key),) = aws_cli.run(aws, EAST, FIND_SNAPSHOT, cluster=CLUSTER)
    kms, rds = aws.client("kms", EAST), aws.client("rds", EAST)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    found = {"snapshot": snapshot, "version": version, "key": key, **network}

    with pytest.raises(rds.exceptions.KMSKeyNotAccessibleFault):
        aws_cli.run(aws, EAST, RESTORE_SNAPSHOT, **found)
    kms.cancel_key_deletion(KeyId=key)
    with pytest.raises(rds.exceptions.KMSKeyNotAccessibleFault):
        aws_cli.run(aws, EAST, RESTORE_SNAPSHOT, **found)
    kms.enable_key(KeyId=key)

    aws_cli.run(aws, EAST, RESTORE_SNAPSHOT, **found)

    assert databases.described(aws, RESTORED)["Status"] == "available"


def _delete_production_and_create_another(
    aws: EmbeddedAws, template: dict[str, Any]
) -> dict[str, str]:
    """Delete a production stack, create another one, and return that one's network."""
    stacks.create(aws, template, **_parameters(aws, "prod-001", protection="false"))
    stacks.delete(aws)
    stacks.create(aws, template, name="other", **_parameters(aws, "prod-002", protection="false"))
    other = databases.described(aws, f"payment-aurora-cluster-prod-002-{EAST}")
    return {
        "subnet_group": other["DBSubnetGroup"],
        "security_group": other["VpcSecurityGroups"][0]["VpcSecurityGroupId"],
        "parameter_group": other["DBClusterParameterGroup"],
    }


def _require_working_database(aws: EmbeddedAws, key: str) -> None:
    aws_cli.run(aws, EAST, ADD_INSTANCE)
    aws_cli.run(aws, EAST, SET_LOGIN, password="NewPassword789")  # noqa: S106 - a test value
    restored = databases.described(aws, RESTORED)
    instances = aws.client("rds", EAST).describe_db_instances(
        Filters=[{"Name": "db-cluster-id", "Values": [RESTORED]}]
    )["DBInstances"]
    assert {
        "port": restored["Port"],
        "instances": [instance["Endpoint"]["Port"] for instance in instances],
        "key": restored["KmsKeyId"],
        "database": restored["DatabaseName"],
        "user": restored["MasterUsername"],
        "backups": restored["BackupRetentionPeriod"],
        "protected": restored["DeletionProtection"],
        "login works": _logs_in(aws, "NewPassword789"),
    } == {
        "port": 5432,
        "instances": [5432],
        "key": key,
        "database": "payments",
        "user": "payment_admin",
        "backups": 35,
        "protected": True,
        "login works": True,
    }


def _logs_in(aws: EmbeddedAws, password: str) -> bool:
    cluster = databases.described(aws, RESTORED)["DBClusterArn"]
    secret = aws.client("secretsmanager", EAST).create_secret(
        Name="restored",
        SecretString=json.dumps({"username": "payment_admin", "password": password}),
    )["ARN"]
    aws.client("rds", EAST).enable_http_endpoint(ResourceArn=cluster)
    session = aws.client("rds-data", EAST).begin_transaction(resourceArn=cluster, secretArn=secret)
    return bool(session["transactionId"])


def _parameters(aws: EmbeddedAws, suffix: str, *, protection: str) -> dict[str, str]:
    return {
        "EnvironmentSuffix": suffix,
        "AlertEmail": "on-call@example.com",
        "CertificateArn": f"arn:aws:acm:{EAST}:{aws.account}:certificate/1",
        "DeletionProtection": protection,
    }


def _is_protected(aws: EmbeddedAws) -> tuple[bool, bool]:
    elbv2 = aws.client("elbv2", EAST)
    arn = elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    balancer = {"Key": "deletion_protection.enabled", "Value": "true"} in attributes
    return databases.described(aws, CLUSTER)["DeletionProtection"], balancer
