"""Checks requests for clusters that are, or become, members of a global database.

The wordings are RDS's: of a new secondary in github.com/localstack/localstack-docs issues and in
hashicorp/terraform-provider-aws 10188; of an upgrade in hashicorp/terraform-provider-aws 36107; of
a deletion in hashicorp/terraform-provider-aws 13126.
"""

from collections.abc import Mapping
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import amend_operations, guard_operations
from payment_templates.rehearsal.services.global_databases import records
from payment_templates.rehearsal.services.global_databases.records import Record
from payment_templates.rehearsal.wire import ServiceError

# What a secondary has from its primary, and RDS's words for it.
_INHERITED = {
    "DatabaseName": "database name",
    "MasterUsername": "user name",
    "MasterUserPassword": "password",
}


def install() -> None:
    """Check the requests, and show the roles of members in DescribeDBClusters."""
    guard_operations(
        "rds",
        {
            "CreateDBCluster": _before_creation,
            "ModifyDBCluster": _before_change,
            "DeleteDBCluster": _before_deletion,
            "CreateDBClusterSnapshot": _before_snapshot,
        },
    )
    amend_operations(
        "rds",
        {
            "ModifyDBCluster": _changed,
            "DeleteDBCluster": _deleted,
            "DescribeDBClusters": _described,
        },
    )


def _before_creation(request: dict[str, Any]) -> None:
    identifier = request.get("GlobalClusterIdentifier")
    if identifier is None:
        return
    record = records.required_available(identifier)
    writer = records.writer_of(record)
    if writer is None:
        # The first member becomes the primary, and has nothing to inherit.
        return
    for name, words in _INHERITED.items():
        if name in request:
            raise _combination(f"Cannot specify {words} for cross region replication cluster")
    if request.get("ManageMasterUserPassword", False):
        # "Managed master user passwords aren't supported": Aurora guide, rds-secrets-manager.
        raise _combination("Cannot specify password for cross region replication cluster")
    if records.cluster_at(writer["DBClusterArn"])["StorageEncrypted"]:
        _require_encryption(request)


def _require_encryption(request: Mapping[str, Any]) -> None:
    if "KmsKeyId" not in request:
        raise _combination(
            "For encrypted cross-region replica, kmsKeyId should be explicitly specified"
        )
    # The SDK sends a URL instead of the region: botocore, inject_presigned_url_rds. Without
    # either: aws-cloudformation/cloudformation-coverage-roadmap 719.
    if not request.get("SourceRegion") and not request.get("PreSignedUrl"):
        raise _combination("For encrypted cross-region replica, pre-signed URL has to be specified")


def _before_change(request: dict[str, Any]) -> None:
    arn = records.arn_of(request["DBClusterIdentifier"])
    known = records.of_cluster(arn)
    if known is None:
        return
    record, member = known
    if not member["IsWriter"]:
        if "MasterUserPassword" in request:
            # The password comes with the data of the primary, which alone accepts writes.
            raise ServiceError(
                "InvalidDBClusterStateFault",
                f"The master user password of {request['DBClusterIdentifier']} can't be changed: "
                "it is a secondary DB cluster of a global database.",
            )
        return
    version: str = request.get("EngineVersion", "")
    for other in records.secondaries(record):
        if version and _number(records.cluster_at(other["DBClusterArn"])) < _parts(version):
            raise ServiceError(
                "InvalidParameterValue",
                f"Cannot upgrade DB cluster '{request['DBClusterIdentifier']}' to engine version "
                f"{version} as global replica(s) are running lower version. Please upgrade global "
                "replicas first before upgrading the primary member.",
            )


def _changed(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    known = records.of_cluster(records.arn_of(request["DBClusterIdentifier"]))
    if known and known[1]["IsWriter"]:
        version = records.cluster_at(known[1]["DBClusterArn"])["EngineVersion"]
        known[0]["EngineVersion"] = version
    return answer


def _before_deletion(request: dict[str, Any]) -> None:
    arn = records.arn_of(request["DBClusterIdentifier"])
    if records.of_cluster(arn) and not records.cluster_at(arn)["DeletionProtection"]:
        raise ServiceError(
            "InvalidDBClusterStateFault",
            "This cluster is a part of a global cluster, please remove it from globalcluster first",
        )


def _before_snapshot(request: dict[str, Any]) -> None:
    identifier = request["DBClusterIdentifier"]
    cluster = ministack.database_cluster(records.name_of(identifier))
    if cluster.get("Status", records.AVAILABLE) != records.AVAILABLE:
        # hashicorp/terraform-provider-aws 40333.
        raise ServiceError(
            "InvalidDBClusterStateFault",
            f"Can't create a snapshot because the database cluster {identifier} isn't currently in "
            "the available state.",
        )


def _deleted(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    # The snapshot that a failover leaves is a system snapshot, and goes with the automated backups.
    if request.get("DeleteAutomatedBackups", True):
        name = records.name_of(request["DBClusterIdentifier"])
        stored = ministack.database_snapshots()
        for snapshot, entry in tuple(stored.items()):
            if entry["SnapshotType"] == "automated" and entry["DBClusterIdentifier"] == name:
                del stored[snapshot]
    return answer


def _described(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "DBClusters": [_with_role(cluster) for cluster in answer["DBClusters"]]}


def _with_role(cluster: dict[str, Any]) -> dict[str, Any]:
    known = records.of_cluster(cluster["DBClusterArn"])
    if known is None:
        return cluster
    record, member = known
    if member["IsWriter"]:
        readers = [one["DBClusterArn"] for one in records.secondaries(record)]
        return {**cluster, "ReadReplicaIdentifiers": readers}
    writer = records.writer_of(record)
    # Without Endpoint: hashicorp/terraform-provider-aws 14219.
    return {
        **{name: value for name, value in cluster.items() if name != "Endpoint"},
        "GlobalWriteForwardingStatus": "disabled",
        "ReplicationSourceIdentifier": writer["DBClusterArn"] if writer else "",
        # No instance writes until the cluster is promoted.
        "DBClusterMembers": [
            {**one, "IsClusterWriter": False} for one in cluster.get("DBClusterMembers", [])
        ],
    }


def _number(cluster: Record) -> tuple[int, ...]:
    return _parts(cluster["EngineVersion"])


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _combination(message: str) -> ServiceError:
    return ServiceError("InvalidParameterCombination", message)
