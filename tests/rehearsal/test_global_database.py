"""An Aurora global database: its members, its moves, and what AWS refuses."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.services.global_databases.replication_lag import LAG_MILLISECONDS
from tests.rehearsal import databases, global_databases, stacks
from tests.rehearsal.global_databases import CLASS, IDENTIFIER, WAIT_SECONDS
from tests.rehearsal.stacks import EAST, WEST


def test_members_have_their_roles_in_both_regions(aws: EmbeddedAws) -> None:
    primary, secondary = global_databases.pair(aws)

    seen = [global_databases.described(aws, region) for region in (EAST, WEST)]
    members = seen[0]["GlobalClusterMembers"]
    away = global_databases.cluster(aws, WEST)

    assert seen[0] == seen[1]
    assert [(one["DBClusterArn"], one["IsWriter"], one["Readers"]) for one in members] == [
        (primary, True, [secondary]),
        (secondary, False, []),
    ]
    assert away["GlobalClusterIdentifier"] == IDENTIFIER
    assert away["ReplicationSourceIdentifier"] == primary
    # A cluster without a writer has no writer endpoint.
    assert "Endpoint" not in away
    assert global_databases.cluster(aws, EAST)["ReadReplicaIdentifiers"] == [secondary]
    assert [global_databases.writes(aws, region) for region in (EAST, WEST)] == [True, False]


def test_global_database_takes_its_settings_from_the_source(aws: EmbeddedAws) -> None:
    source = global_databases.create_primary(aws, encrypted=True)

    rds = aws.client("rds", EAST)
    created = rds.create_global_cluster(
        GlobalClusterIdentifier=IDENTIFIER, SourceDBClusterIdentifier=source
    )["GlobalCluster"]

    taken = ("Engine", "EngineVersion", "DatabaseName", "StorageEncrypted")
    assert [created[name] for name in taken] == ["aurora-postgresql", "15.18", "payments", True]
    with pytest.raises(ClientError, match="can't be specified if SourceDBClusterIdentifier"):
        rds.create_global_cluster(
            GlobalClusterIdentifier="another",
            SourceDBClusterIdentifier=source,
            Engine="aurora-postgresql",
        )
    with pytest.raises(rds.exceptions.GlobalClusterAlreadyExistsFault):
        rds.create_global_cluster(GlobalClusterIdentifier=IDENTIFIER, Engine="aurora-postgresql")


@pytest.mark.parametrize(
    ("request_with", "message"),
    [
        ({"DatabaseName": "payments"}, "Cannot specify database name for cross region"),
        ({"MasterUsername": "admin_user"}, "Cannot specify user name for cross region"),
        ({"MasterUserPassword": "FirstPassword1"}, "Cannot specify password for cross region"),
        ({"ManageMasterUserPassword": True}, "Cannot specify password for cross region"),
        ({"SourceRegion": EAST}, "kmsKeyId should be explicitly specified"),
        ({"KmsKeyId": "key"}, "pre-signed URL has to be specified"),
        ({"EngineVersion": "15.17"}, "Value for engineVersion should match setting for global"),
    ],
    ids=["database", "user", "password", "managed password", "no key", "no source", "version"],
)
def test_secondary_is_refused(aws: EmbeddedAws, request_with: dict[str, Any], message: str) -> None:
    source = global_databases.create_primary(aws, encrypted=True)
    aws.client("rds", EAST).create_global_cluster(
        GlobalClusterIdentifier=IDENTIFIER, SourceDBClusterIdentifier=source
    )
    key = aws.client("kms", WEST).create_key()["KeyMetadata"]["Arn"]
    if "KmsKeyId" in request_with:
        request_with = {"KmsKeyId": key}
    elif "SourceRegion" not in request_with:
        request_with = {**request_with, "KmsKeyId": key, "SourceRegion": EAST}

    with pytest.raises(ClientError, match=message):
        global_databases.create_secondary(aws, **request_with)


def test_burstable_classes_are_refused(aws: EmbeddedAws) -> None:
    burstable = "The requested instance class is not supported by global databases: db.t3.medium"
    source = global_databases.create_primary(aws, size="db.t3.medium")
    rds = aws.client("rds", EAST)
    name = f"{databases.IDENTIFIER}-1"

    with pytest.raises(ClientError, match=burstable):
        rds.create_global_cluster(
            GlobalClusterIdentifier=IDENTIFIER, SourceDBClusterIdentifier=source
        )
    rds.modify_db_instance(DBInstanceIdentifier=name, DBInstanceClass=CLASS, ApplyImmediately=True)
    rds.create_global_cluster(GlobalClusterIdentifier=IDENTIFIER, SourceDBClusterIdentifier=source)
    with pytest.raises(ClientError, match=burstable):
        rds.modify_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.medium")
    global_databases.create_secondary(aws)
    with pytest.raises(ClientError, match=burstable):
        global_databases.add_instance(aws, WEST, size="db.t3.medium")


def test_members_leave_in_order(aws: EmbeddedAws) -> None:
    primary, secondary = global_databases.pair(aws)
    east, west = aws.client("rds", EAST), aws.client("rds", WEST)
    refused = (
        (east.delete_global_cluster, {"GlobalClusterIdentifier": IDENTIFIER}, "is not empty"),
        (
            east.remove_from_global_cluster,
            {"GlobalClusterIdentifier": IDENTIFIER, "DbClusterIdentifier": primary},
            "while reader members remain",
        ),
        (
            west.delete_db_cluster,
            {"DBClusterIdentifier": databases.IDENTIFIER, "SkipFinalSnapshot": True},
            "part of a global cluster",
        ),
        (
            east.delete_db_instance,
            {"DBInstanceIdentifier": f"{databases.IDENTIFIER}-1"},
            "Cannot delete the last instance of the master cluster",
        ),
    )

    for call, request, message in refused:
        with pytest.raises(ClientError, match=message):
            call(**request)
    for arn in (secondary, primary):
        east.remove_from_global_cluster(GlobalClusterIdentifier=IDENTIFIER, DbClusterIdentifier=arn)
    east.delete_global_cluster(GlobalClusterIdentifier=IDENTIFIER)

    with pytest.raises(east.exceptions.GlobalClusterNotFoundFault):
        global_databases.described(aws)


def test_removed_secondary_is_promoted(aws: EmbeddedAws) -> None:
    _, secondary = global_databases.pair(aws)
    rds = aws.client("rds", WEST)

    rds.remove_from_global_cluster(
        GlobalClusterIdentifier=IDENTIFIER, DbClusterIdentifier=secondary
    )

    assert global_databases.cluster(aws, WEST)["Status"] == "promoting"
    with pytest.raises(rds.exceptions.InvalidDBClusterStateFault, match="available state"):
        rds.create_db_cluster_snapshot(
            DBClusterIdentifier=databases.IDENTIFIER, DBClusterSnapshotIdentifier="now"
        )
    _wait(lambda: global_databases.cluster(aws, WEST)["Status"] == "available")
    assert global_databases.writes(aws, WEST)
    assert "GlobalClusterIdentifier" not in global_databases.cluster(aws, WEST)


def test_switchover_takes_time_and_changes_the_roles(aws: EmbeddedAws) -> None:
    primary, secondary = global_databases.pair(aws)
    rds = aws.client("rds", EAST)

    started = rds.switchover_global_cluster(
        GlobalClusterIdentifier=IDENTIFIER, TargetDbClusterIdentifier=secondary
    )["GlobalCluster"]
    with pytest.raises(rds.exceptions.InvalidGlobalClusterStateFault, match="switching-over"):
        rds.switchover_global_cluster(
            GlobalClusterIdentifier=IDENTIFIER, TargetDbClusterIdentifier=secondary
        )
    before = [global_databases.writes(aws, region) for region in (EAST, WEST)]
    global_databases.await_available(aws)

    assert started["Status"] == "switching-over"
    assert started["FailoverState"] == {
        "Status": "pending",
        "FromDbClusterArn": primary,
        "ToDbClusterArn": secondary,
        "IsDataLossAllowed": False,
    }
    assert before == [True, False]
    assert [global_databases.writes(aws, region) for region in (EAST, WEST)] == [False, True]
    assert "FailoverState" not in global_databases.described(aws)
    messages = [event["Message"] for event in _events(aws, WEST)]
    assert messages[-1] == (
        f"Global switchover to DB cluster {databases.IDENTIFIER} in Region {WEST} finished."
    )


def test_move_needs_an_instance_in_the_target(aws: EmbeddedAws) -> None:
    global_databases.pair(aws)
    rds = aws.client("rds", WEST)
    rds.delete_db_instance(DBInstanceIdentifier=f"{databases.IDENTIFIER}-1")
    target = global_databases.cluster(aws, WEST)["DBClusterArn"]

    with pytest.raises(rds.exceptions.InvalidDBClusterStateFault):
        rds.failover_global_cluster(
            GlobalClusterIdentifier=IDENTIFIER,
            TargetDbClusterIdentifier=target,
            AllowDataLoss=True,
        )


def test_unreachable_region_does_not_respond(aws: EmbeddedAws) -> None:
    aws.make_unreachable(EAST)
    calls = _impatient(aws, "rds", EAST), _impatient(aws, "route53", EAST)

    for call in (calls[0].describe_db_clusters, calls[1].list_hosted_zones):
        with pytest.raises(ReadTimeoutError):
            call()
    away = aws.client("rds", WEST).describe_db_clusters()["DBClusters"]
    aws.make_reachable(EAST)

    assert away == []
    assert aws.client("rds", EAST).describe_db_clusters()["DBClusters"] == []


def test_unreachable_region_may_close_connections(aws: EmbeddedAws) -> None:
    aws.make_unreachable(EAST, silent=False)

    with pytest.raises(ConnectionClosedError):
        aws.client("rds", EAST).describe_db_clusters()

    aws.make_reachable(EAST)
    assert aws.client("rds", EAST).describe_db_clusters()["DBClusters"] == []


def test_failover_leaves_the_old_primary_until_its_region_is_back(aws: EmbeddedAws) -> None:
    primary, secondary = global_databases.pair(aws)
    rds = aws.client("rds", WEST)
    move = {"GlobalClusterIdentifier": IDENTIFIER, "TargetDbClusterIdentifier": secondary}
    aws.make_unreachable(EAST)

    with pytest.raises(rds.exceptions.InvalidGlobalClusterStateFault, match="not healthy"):
        rds.switchover_global_cluster(**move)
    started = rds.failover_global_cluster(**move, AllowDataLoss=True)["GlobalCluster"]
    global_databases.await_available(aws)
    promoted = global_databases.writes(aws, WEST)
    meanwhile = global_databases.synchronization(aws, primary)
    aws.make_reachable(EAST)
    _wait(lambda: global_databases.synchronization(aws, primary) == "connected")

    assert (started["Status"], promoted, meanwhile) == ("failing-over", True, "pending-resync")
    assert not global_databases.writes(aws, EAST)
    (snapshot,) = databases.snapshots(aws)
    name = snapshot["DBClusterSnapshotIdentifier"]
    assert name.startswith(f"rds:unplanned-global-failover-{databases.IDENTIFIER}-")
    assert snapshot["SnapshotType"] == "automated"


def test_secondary_publishes_its_lag_in_its_own_region(aws: EmbeddedAws) -> None:
    global_databases.pair(aws)
    cloudwatch = aws.client("cloudwatch", WEST)

    listed = cloudwatch.list_metrics(MetricName="AuroraGlobalDBReplicationLag")["Metrics"]
    at_home = aws.client("cloudwatch", EAST).list_metrics(
        MetricName="AuroraGlobalDBReplicationLag"
    )["Metrics"]

    assert [metric["Dimensions"] for metric in listed] == [
        [
            {"Name": "DBClusterIdentifier", "Value": databases.IDENTIFIER},
            {"Name": "SourceRegion", "Value": EAST},
        ]
    ]
    assert at_home == []


def test_lag_is_in_the_response_to_the_first_request(aws: EmbeddedAws) -> None:
    global_databases.pair(aws)
    now = datetime.now(UTC)

    found = aws.client("cloudwatch", WEST).get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName="AuroraGlobalDBRPOLag",
        Dimensions=[
            {"Name": "DBClusterIdentifier", "Value": databases.IDENTIFIER},
            {"Name": "SourceRegion", "Value": EAST},
        ],
        StartTime=now - timedelta(minutes=5),
        EndTime=now,
        Period=60,
        Statistics=["Average"],
    )["Datapoints"]

    assert [(point["Average"], point["Unit"]) for point in found] == [
        (LAG_MILLISECONDS, "Milliseconds")
    ]


def test_no_lag_is_published_while_the_primary_is_unreachable(aws: EmbeddedAws) -> None:
    global_databases.pair(aws)
    aws.make_unreachable(EAST)

    assert aws.client("cloudwatch", WEST).list_metrics(Namespace="AWS/RDS")["Metrics"] == []


def test_versions_are_upgraded_member_by_member_the_primary_last(aws: EmbeddedAws) -> None:
    global_databases.pair(aws)
    upgrade = {
        "DBClusterIdentifier": databases.IDENTIFIER,
        "EngineVersion": "15.19",
        "ApplyImmediately": True,
    }
    east, west = aws.client("rds", EAST), aws.client("rds", WEST)

    with pytest.raises(ClientError, match="doesn't support minor version upgrades"):
        east.modify_global_cluster(GlobalClusterIdentifier=IDENTIFIER, EngineVersion="15.19")
    with pytest.raises(ClientError, match=r"global replica\(s\) are running lower version"):
        east.modify_db_cluster(**upgrade)
    west.modify_db_cluster(**upgrade)
    between = global_databases.described(aws)["EngineVersion"]
    east.modify_db_cluster(**upgrade)

    assert between == "15.18"
    assert global_databases.described(aws)["EngineVersion"] == "15.19"


def test_password_is_changed_at_the_writer_only(aws: EmbeddedAws) -> None:
    global_databases.pair(aws)

    with pytest.raises(ClientError, match="secondary DB cluster of a global database"):
        aws.client("rds", WEST).modify_db_cluster(
            DBClusterIdentifier=databases.IDENTIFIER,
            MasterUserPassword="AnotherPassword2",
        )


# --- CloudFormation -------------------------------------------------------------------------------


def test_stacks_of_both_regions_share_one_database_and_leave_final_snapshots(
    aws: EmbeddedAws,
) -> None:
    home = stacks.create(aws, _home())
    away = stacks.create(aws, _away(aws), region=WEST)

    shown = aws.client("cloudformation", EAST).describe_stacks(StackName="payment")["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in shown["Outputs"]}
    early = stacks.delete(aws)
    deleted = [stacks.delete(aws, region=WEST)]
    aws.client("cloudformation", EAST).delete_stack(StackName="payment")
    _wait(lambda: aws.client("rds", EAST).describe_db_clusters()["DBClusters"] == [])

    assert (home.status, away.status) == ("CREATE_COMPLETE", "CREATE_COMPLETE")
    assert outputs["Identifier"] == IDENTIFIER
    assert outputs["Address"].startswith(f"{IDENTIFIER}.global-")
    # The global database goes before the databases, so nothing is lost.
    assert "is not empty" in early.failures["Global"]
    assert {*early.failures} == {"payment", "Global"}
    assert [outcome.status for outcome in deleted] == ["DELETE_COMPLETE"]
    assert [len(_snapshots(aws, region)) for region in (EAST, WEST)] == [1, 1]
    assert aws.client("rds", EAST).describe_global_clusters()["GlobalClusters"] == []


def test_running_cluster_cannot_join_and_can_leave(aws: EmbeddedAws) -> None:
    stacks.create(aws, _home())
    stacks.create(aws, {"Resources": {"Cluster": databases.cluster()}}, region=WEST, name="other")
    joining = {"Resources": {"Cluster": databases.cluster(GlobalClusterIdentifier=IDENTIFIER)}}
    west = aws.client("cloudformation", WEST)
    west.update_stack(StackName="other", **stacks.request(joining, {}))
    refused = stacks.outcome(aws, region=WEST, name="other")
    west.delete_stack(StackName="other")
    _wait(lambda: aws.client("rds", WEST).describe_db_clusters()["DBClusters"] == [])
    stacks.create(aws, _away(aws), region=WEST)
    alone = _away(aws)
    del alone["Resources"]["Cluster"]["Properties"]["GlobalClusterIdentifier"]

    left = stacks.update(aws, alone, region=WEST)

    assert "Resource is immutable" in refused.failures["Cluster"]
    assert left.status == "UPDATE_COMPLETE"
    assert len(global_databases.described(aws)["GlobalClusterMembers"]) == 1


def test_named_global_database_is_not_replaced(aws: EmbeddedAws) -> None:
    stacks.create(aws, _home())
    changed = _home()
    changed["Resources"]["Global"]["Properties"]["SourceDBClusterIdentifier"] = (
        f"arn:aws:rds:{EAST}:{aws.account}:cluster:another-cluster"
    )

    outcome = stacks.update(aws, changed)

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "custom-named resource requires replacing" in outcome.failures["Global"]


def test_writer_endpoint_of_a_secondary_fails_the_stack(aws: EmbeddedAws) -> None:
    stacks.create(aws, _home())
    reading = _away(aws)
    endpoint = {"Fn::GetAtt": ["Cluster", "Endpoint.Address"]}
    reading["Resources"]["Parameter"] = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": endpoint},
    }

    outcome = stacks.create(aws, reading, region=WEST)

    assert outcome.status == "ROLLBACK_COMPLETE"


def test_burstable_instance_fails_the_stack(aws: EmbeddedAws) -> None:
    stacks.create(aws, _home())
    burstable = _away(aws)
    burstable["Resources"]["Writer"] = databases.instance()

    outcome = stacks.create(aws, burstable, region=WEST)

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "not supported by global databases: db.t3.medium" in outcome.failures["Writer"]


def test_drift_after_a_switchover_is_the_source_alone(aws: EmbeddedAws) -> None:
    stacks.create(aws, _home())
    stacks.create(aws, _away(aws), region=WEST)
    client = aws.client("cloudformation", EAST)
    client.detect_stack_drift(StackName="payment")
    before = client.describe_stack_resource_drifts(StackName="payment")["StackResourceDrifts"]
    target = global_databases.cluster(aws, WEST)["DBClusterArn"]
    aws.client("rds", EAST).switchover_global_cluster(
        GlobalClusterIdentifier=IDENTIFIER, TargetDbClusterIdentifier=target
    )
    global_databases.await_available(aws)

    client.detect_stack_drift(StackName="payment")
    after = client.describe_stack_resource_drifts(StackName="payment")["StackResourceDrifts"]

    assert [one["StackResourceDriftStatus"] for one in before] == ["IN_SYNC"]
    assert [one["PropertyPath"] for entry in after for one in entry["PropertyDifferences"]] == [
        "/SourceDBClusterIdentifier"
    ]


def _home() -> dict[str, Any]:
    source = {"Fn::GetAtt": ["Cluster", "DBClusterArn"]}
    return {
        "Resources": {
            "Cluster": databases.cluster("Snapshot"),
            "Writer": databases.instance(DBInstanceClass=CLASS),
            "Global": {
                "Type": "AWS::RDS::GlobalCluster",
                "DependsOn": ["Writer"],
                "Properties": {
                    "GlobalClusterIdentifier": IDENTIFIER,
                    "SourceDBClusterIdentifier": source,
                },
            },
        },
        "Outputs": {
            "Identifier": {"Value": {"Ref": "Global"}},
            "Address": {"Value": {"Fn::GetAtt": ["Global", "GlobalEndpoint.Address"]}},
        },
    }


def _away(aws: EmbeddedAws) -> dict[str, Any]:
    cluster = databases.cluster(
        "Snapshot",
        MasterUsername=None,
        MasterUserPassword=None,
        GlobalClusterIdentifier=IDENTIFIER,
        SourceRegion=EAST,
    )
    return {
        "Resources": {
            "Cluster": cluster,
            "Writer": databases.instance(DBInstanceClass=CLASS),
        },
        "Outputs": {"Account": {"Value": aws.account}},
    }


def _snapshots(aws: EmbeddedAws, region: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("rds", region).describe_db_cluster_snapshots()[
        "DBClusterSnapshots"
    ]
    return found


def _events(aws: EmbeddedAws, region: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("rds", region).describe_events(
        SourceType="db-cluster", EventCategories=["global-failover"]
    )["Events"]
    return found


def _impatient(aws: EmbeddedAws, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 makes it at run time
    library: Any = boto3
    return library.client(
        service,
        region_name=region,
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=aws.account,
        aws_secret_access_key="rehearsal",  # noqa: S106 - nothing to protect
        config=Config(read_timeout=0.2, retries={"max_attempts": 0}),
    )


def _wait(is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)
