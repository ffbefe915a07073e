"""What the deletion of a stack deletes, rejects and retains."""

import re
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import databases, stacks
from tests.rehearsal.stacks import EAST

_PARAMETER_GROUP = {
    "Type": "AWS::RDS::DBClusterParameterGroup",
    "Properties": {
        "DBClusterParameterGroupName": "payments",
        "Description": "Of the cluster",
        "Family": "aurora-postgresql15",
        "Parameters": {"rds.force_ssl": "1"},
    },
}
_LOG_GROUP = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "orphan"}}
_NETWORK = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "SubnetA": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"},
    },
    "SubnetB": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": "10.0.1.0/24",
            "AvailabilityZone": f"{EAST}b",
        },
    },
}
_KEY = {
    "Type": "AWS::KMS::Key",
    "DeletionPolicy": "RetainExceptOnCreate",
    "Properties": {
        "PendingWindowInDays": 7,
        "KeyPolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": {"Ref": "AWS::AccountId"}},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        },
    },
}


def _protected(*, failing: bool = False) -> dict[str, Any]:
    cluster = databases.cluster(
        DeletionProtection=True, DBClusterParameterGroupName={"Ref": "Parameters"}
    )
    resources: dict[str, Any] = {
        "Parameters": _PARAMETER_GROUP,
        "Cluster": cluster,
        "Instance": databases.instance(),
        "Independent": _LOG_GROUP,
    }
    if failing:
        resources["Failing"] = databases.failing("Instance", "Independent")
    return {"Resources": resources}


def test_protected_cluster_and_its_dependencies_are_not_deleted(aws: EmbeddedAws) -> None:
    stacks.create(aws, _protected())

    outcome = stacks.delete(aws)

    assert outcome.status == "DELETE_FAILED"
    assert "Cannot delete protected Cluster payments, please disable" in outcome.failures["Cluster"]
    assert "HandlerErrorCode: NotUpdatable" in outcome.failures["Cluster"]
    # The instance and the log group are deleted.
    assert _left_in_the_stack(aws) == {"Cluster", "Parameters"}
    assert aws.client("rds", EAST).describe_db_instances()["DBInstances"] == []
    assert aws.client("logs", EAST).describe_log_groups()["logGroups"] == []


def test_failed_deletion_succeeds_once_nothing_is_protected(
    aws: EmbeddedAws,
) -> None:
    stacks.create(aws, _protected())
    stacks.delete(aws)
    _unprotect_cluster(aws)

    outcome = stacks.delete(aws)

    assert outcome.status == "DELETE_COMPLETE"
    assert aws.client("rds", EAST).describe_db_clusters()["DBClusters"] == []


def test_rollback_of_a_creation_fails_on_a_protected_cluster(aws: EmbeddedAws) -> None:
    outcome = stacks.create(aws, _protected(failing=True))

    assert outcome.status == "ROLLBACK_FAILED"
    assert _left_in_the_stack(aws) == {"Cluster", "Parameters"}
    assert databases.described(aws)["Status"] == "available"


def test_stack_with_a_failed_rollback_is_deleted_once_nothing_is_protected(
    aws: EmbeddedAws,
) -> None:
    stacks.create(aws, _protected(failing=True))
    _unprotect_cluster(aws)

    outcome = stacks.delete(aws)

    rds = aws.client("rds", EAST)
    assert outcome.status == "DELETE_COMPLETE"
    assert rds.describe_db_clusters()["DBClusters"] == []
    assert rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"] == []


def test_api_rejects_the_deletion_of_a_protected_cluster(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": {"Cluster": databases.cluster(DeletionProtection=True)}})
    rds = aws.client("rds", EAST)

    with pytest.raises(rds.exceptions.ClientError, match="InvalidParameterCombination"):
        rds.delete_db_cluster(DBClusterIdentifier=databases.IDENTIFIER, SkipFinalSnapshot=True)

    assert databases.described(aws)["Status"] == "available"


@pytest.mark.parametrize("protected", ["true", "false"])
def test_load_balancer_is_deleted_only_without_protection(aws: EmbeddedAws, protected: str) -> None:
    stacks.create(aws, _balancer(), Protected=protected)

    outcome = stacks.delete(aws)

    balancers = aws.client("elbv2", EAST).describe_load_balancers()["LoadBalancers"]
    if protected == "false":
        assert (outcome.status, balancers) == ("DELETE_COMPLETE", [])
        return
    assert outcome.status == "DELETE_FAILED"
    arn = balancers[0]["LoadBalancerArn"]
    assert outcome.failures["Balancer"].startswith(
        f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled (Service:"
    )
    assert _left_in_the_stack(aws) == {"Balancer", "SubnetA", "SubnetB", "Vpc"}


def test_api_rejects_the_deletion_of_a_protected_load_balancer(aws: EmbeddedAws) -> None:
    stacks.create(aws, _balancer(), Protected="true")
    elbv2 = aws.client("elbv2", EAST)
    arn = elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]

    with pytest.raises(elbv2.exceptions.OperationNotPermittedException, match="protection"):
        elbv2.delete_load_balancer(LoadBalancerArn=arn)


def test_protection_of_a_load_balancer_is_switched_in_place(aws: EmbeddedAws) -> None:
    stacks.create(aws, _balancer(), Protected="false")
    elbv2 = aws.client("elbv2", EAST)
    arn = elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]

    stacks.update(aws, _balancer(), Protected="true")

    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert {"Key": "deletion_protection.enabled", "Value": "true"} in attributes


@pytest.mark.parametrize("policy", ["Snapshot", "Delete", "Retain", "RetainExceptOnCreate", None])
def test_deletion_policy_of_the_cluster_decides_what_is_retained(
    aws: EmbeddedAws, policy: str | None
) -> None:
    cluster = databases.cluster()
    if policy is None:
        del cluster["DeletionPolicy"]
    else:
        cluster["DeletionPolicy"] = policy
    stacks.create(aws, {"Resources": {"Cluster": cluster}})

    outcome = stacks.delete(aws)

    left = {
        "clusters": len(aws.client("rds", EAST).describe_db_clusters()["DBClusters"]),
        "snapshots": len(databases.snapshots(aws)),
    }
    assert outcome.status == "DELETE_COMPLETE"
    assert (
        left
        == {
            # CloudFormation's own default for a cluster.
            None: {"clusters": 0, "snapshots": 1},
            "Snapshot": {"clusters": 0, "snapshots": 1},
            "Delete": {"clusters": 0, "snapshots": 0},
            "Retain": {"clusters": 1, "snapshots": 0},
            "RetainExceptOnCreate": {"clusters": 1, "snapshots": 0},
        }[policy]
    )


def test_final_snapshot_shows_the_properties_of_its_cluster(aws: EmbeddedAws) -> None:
    cluster = databases.cluster(
        "Snapshot",
        Port=5432,
        StorageEncrypted=True,
        KmsKeyId={"Fn::GetAtt": ["Key", "Arn"]},
        CopyTagsToSnapshot=True,
        Tags=[{"Key": "team", "Value": "payments"}],
    )
    stacks.create(aws, {"Resources": {"Key": _KEY, "DatabaseCluster": cluster}})
    key = databases.described(aws)["KmsKeyId"]

    stacks.delete(aws)

    (snapshot,) = databases.snapshots(aws)
    name = snapshot["DBClusterSnapshotIdentifier"]
    assert re.fullmatch(r"payment-snapshot-databasecluster-[a-z0-9]{12}", name)
    assert {
        **{
            member: snapshot[member]
            for member in ("DBClusterIdentifier", "Engine", "EngineVersion", "SnapshotType")
        },
        **{member: snapshot[member] for member in ("StorageEncrypted", "KmsKeyId", "Port")},
    } == {
        "DBClusterIdentifier": "payments",
        "Engine": "aurora-postgresql",
        "EngineVersion": "15.18",
        "SnapshotType": "manual",
        "StorageEncrypted": True,
        "KmsKeyId": key,
        "Port": 5432,
    }
    assert {"Key": "team", "Value": "payments"} in snapshot["TagList"]


def test_rollback_of_a_creation_takes_a_final_snapshot_too(aws: EmbeddedAws) -> None:
    resources = {"Cluster": databases.cluster("Snapshot"), "Failing": databases.failing("Cluster")}

    outcome = stacks.create(aws, {"Resources": resources})

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert aws.client("rds", EAST).describe_db_clusters()["DBClusters"] == []
    assert len(databases.snapshots(aws)) == 1


@pytest.mark.parametrize(
    ("deleted", "statuses"), [(False, ["retained"]), (True, []), (None, [])], ids=str
)
def test_automated_backups_are_retained_only_if_the_template_says_so(
    aws: EmbeddedAws,
    deleted: bool | None,  # noqa: FBT001 - a value of a property.
    statuses: list[str],
) -> None:
    cluster = databases.cluster(BackupRetentionPeriod=35, DeleteAutomatedBackups=deleted)
    stacks.create(aws, {"Resources": {"Cluster": cluster}})
    before = databases.automated_backups(aws)

    stacks.delete(aws)

    after = databases.automated_backups(aws)
    assert [(one["Status"], one["BackupRetentionPeriod"]) for one in before] == [("active", 35)]
    assert [(one["Status"], one["BackupRetentionPeriod"]) for one in after] == [
        (status, 35) for status in statuses
    ]


@pytest.mark.parametrize(
    ("failing", "state"), [(False, "Enabled"), (True, "PendingDeletion")], ids=["deleted", "rolled"]
)
def test_retained_key_is_deleted_only_when_its_creation_is_rolled_back(
    aws: EmbeddedAws,
    failing: bool,  # noqa: FBT001 - the case.
    state: str,
) -> None:
    resources = {"Key": _KEY, **({"Failing": databases.failing("Key")} if failing else {})}
    outcome = stacks.create(aws, {"Resources": resources})
    if outcome.status == "CREATE_COMPLETE":
        stacks.delete(aws)

    kms = aws.client("kms", EAST)
    (key,) = kms.list_keys()["Keys"]
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == state


def test_deletion_of_a_protected_stack_is_rejected_before_it_starts(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": {"Group": _LOG_GROUP}})
    client = aws.client("cloudformation", EAST)
    client.update_termination_protection(StackName="payment", EnableTerminationProtection=True)

    with pytest.raises(client.exceptions.ClientError) as error:
        client.delete_stack(StackName="payment")

    assert error.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": "Stack [payment] cannot be deleted while TerminationProtection is enabled",
    }
    assert len(aws.client("logs", EAST).describe_log_groups()["logGroups"]) == 1


def test_stack_can_be_protected_at_creation(aws: EmbeddedAws) -> None:
    client = aws.client("cloudformation", EAST)
    template = stacks.request({"Resources": {"Group": _LOG_GROUP}}, {})

    client.create_stack(StackName="payment", EnableTerminationProtection=True, **template)

    stacks.outcome(aws, region=EAST)
    (shown,) = client.describe_stacks(StackName="payment")["Stacks"]
    assert shown["EnableTerminationProtection"] is True


def test_recreated_log_group_blocks_the_next_stack(aws: EmbeddedAws) -> None:
    template = {"Resources": {"Group": _LOG_GROUP}}
    stacks.create(aws, template)
    stacks.delete(aws)
    # Container Insights may recreate it after the deletion.
    aws.client("logs", EAST).create_log_group(logGroupName="orphan")

    outcome = stacks.create(aws, template)

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "already exists" in outcome.failures["Group"]


def _balancer() -> dict[str, Any]:
    protection = {"Key": "deletion_protection.enabled", "Value": {"Ref": "Protected"}}
    subnets = [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}]
    properties = {"Name": "pay", "Subnets": subnets, "LoadBalancerAttributes": [protection]}
    balancer = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": properties}
    return {
        "Parameters": {"Protected": {"Type": "String"}},
        "Resources": {**_NETWORK, "Balancer": balancer},
    }


def _unprotect_cluster(aws: EmbeddedAws) -> None:
    aws.client("rds", EAST).modify_db_cluster(
        DBClusterIdentifier=databases.IDENTIFIER, DeletionProtection=False
    )


def _left_in_the_stack(aws: EmbeddedAws) -> set[str]:
    answer = aws.client("cloudformation", EAST).list_stack_resources(StackName="payment")
    return {entry["LogicalResourceId"] for entry in answer["StackResourceSummaries"]}
