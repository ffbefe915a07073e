"""Snapshots and automated backups of Aurora clusters: the keys they need, and restores."""

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import databases, keys, stacks
from tests.rehearsal.stacks import EAST

RESTORED = "restored"
STATES = pytest.mark.parametrize("state", [keys.PENDING, keys.DISABLED])


@STATES
@pytest.mark.parametrize(
    ("operation", "request_with"),
    [
        (
            "restore_db_cluster_from_snapshot",
            {
                "DBClusterIdentifier": RESTORED,
                "SnapshotIdentifier": "last",
                "Engine": "aurora-postgresql",
            },
        ),
        (
            "copy_db_cluster_snapshot",
            {
                "SourceDBClusterSnapshotIdentifier": "last",
                "TargetDBClusterSnapshotIdentifier": "copy",
            },
        ),
    ],
    ids=["restore", "copy"],
)
def test_snapshot_needs_its_own_key(
    aws: EmbeddedAws, operation: str, request_with: dict[str, str], state: str
) -> None:
    rds, kms = aws.client("rds", EAST), aws.client("kms", EAST)
    key, other = keys.create(kms), keys.create(kms)
    _snapshot_of_an_encrypted_cluster(aws, key)
    keys.set_state(kms, key, state)

    with pytest.raises(rds.exceptions.KMSKeyNotAccessibleFault, match="source snapshot KMS key"):
        getattr(rds, operation)(**request_with, KmsKeyId=other)


def test_cluster_without_usable_key_is_not_deleted_if_it_needs_a_final_snapshot(
    aws: EmbeddedAws,
) -> None:
    rds, kms = aws.client("rds", EAST), aws.client("kms", EAST)
    key = keys.create(kms)
    _snapshot_of_an_encrypted_cluster(aws, key)
    keys.set_state(kms, key, keys.PENDING)

    with pytest.raises(rds.exceptions.KMSKeyNotAccessibleFault):
        rds.delete_db_cluster(
            DBClusterIdentifier=databases.IDENTIFIER, FinalDBSnapshotIdentifier="final"
        )

    assert databases.described(aws)["DBClusterIdentifier"] == databases.IDENTIFIER


def test_copy_with_another_key_does_not_need_the_original_key(aws: EmbeddedAws) -> None:
    rds, kms = aws.client("rds", EAST), aws.client("kms", EAST)
    key, other = keys.create(kms), keys.create(kms)
    _snapshot_of_an_encrypted_cluster(aws, key)
    rds.copy_db_cluster_snapshot(
        SourceDBClusterSnapshotIdentifier="last",
        TargetDBClusterSnapshotIdentifier="copy",
        KmsKeyId=other,
    )
    keys.set_state(kms, key, keys.PENDING)

    rds.restore_db_cluster_from_snapshot(
        DBClusterIdentifier=RESTORED, SnapshotIdentifier="copy", Engine="aurora-postgresql"
    )

    assert databases.described(aws, RESTORED)["KmsKeyId"] == keys.metadata(kms, other)["Arn"]


@pytest.mark.parametrize(
    ("source", "port"),
    [pytest.param("snapshot", 5433, id="snapshot"), pytest.param("backup", 5432, id="backup")],
)
def test_default_port_differs_between_restores_from_backup_and_snapshot(
    aws: EmbeddedAws, source: str, port: int
) -> None:
    cluster = databases.cluster("Snapshot", Port=5433, DeleteAutomatedBackups=False)
    stacks.create(aws, {"Resources": {"Cluster": cluster}})
    stacks.delete(aws)
    rds = aws.client("rds", EAST)

    if source == "snapshot":
        rds.restore_db_cluster_from_snapshot(
            DBClusterIdentifier=RESTORED,
            SnapshotIdentifier=databases.snapshots(aws)[0]["DBClusterSnapshotArn"],
            Engine="aurora-postgresql",
        )
    else:
        rds.restore_db_cluster_to_point_in_time(
            DBClusterIdentifier=RESTORED,
            SourceDbClusterResourceId=databases.automated_backups(aws)[0]["DbClusterResourceId"],
            UseLatestRestorableTime=True,
        )

    assert databases.described(aws, RESTORED)["Port"] == port


def _snapshot_of_an_encrypted_cluster(aws: EmbeddedAws, key: str) -> None:
    cluster = databases.cluster(StorageEncrypted=True, KmsKeyId=key)
    stacks.create(aws, {"Resources": {"Cluster": cluster}})
    aws.client("rds", EAST).create_db_cluster_snapshot(
        DBClusterIdentifier=databases.IDENTIFIER, DBClusterSnapshotIdentifier="last"
    )
