"""Emulates Aurora snapshots: final snapshots, copies and restores.

ministack itself only creates snapshots on request.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import account, keys, ministack
from payment_templates.rehearsal.services import (
    add_operations,
    amend_operations,
    guard_operations,
)
from payment_templates.rehearsal.services.database_restore import (
    Contents,
    cluster,
    contents_of,
    restore,
)
from payment_templates.rehearsal.wire import ServiceError


@dataclass(frozen=True, kw_only=True)
class _Snapshots:
    """The snapshots of every account and region, and the operations on them."""

    contents: MutableMapping[str, Contents]

    def before_deletion(self, request: dict[str, Any]) -> None:
        """Take the final snapshot, unless ministack rejects the deletion."""
        described = cluster(request["DBClusterIdentifier"])
        if described["DeletionProtection"] or described["DBClusterMembers"]:
            return
        final = request.get("FinalDBSnapshotIdentifier")
        # botocore, DeleteDBCluster: exactly one of the two.
        if request.get("SkipFinalSnapshot", False) == bool(final):
            raise ServiceError(
                "InvalidParameterCombination",
                "give either FinalDBSnapshotIdentifier or SkipFinalSnapshot",
            )
        if final:
            account.call(
                "rds",
                "CreateDBClusterSnapshot",
                DBClusterIdentifier=described["DBClusterIdentifier"],
                DBClusterSnapshotIdentifier=final,
            )

    def before_snapshot(self, request: dict[str, Any]) -> None:
        """Reject a snapshot that cannot be encrypted."""
        keys.require_usable("rds", cluster(request["DBClusterIdentifier"]).get("KmsKeyId"))

    def taken(self, request: dict[str, Any], answer: dict[str, Any]) -> Mapping[str, Any]:
        """Record the contents of a snapshot."""
        name = request["DBClusterSnapshotIdentifier"]
        self.contents[name] = contents_of(cluster(request["DBClusterIdentifier"]))
        return answer

    def copy(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """Copy a snapshot, with another key if one is given."""
        source = _readable(request["SourceDBClusterSnapshotIdentifier"])
        key = request.get("KmsKeyId")
        keys.require_usable("rds", key)
        name, target = (
            source["DBClusterSnapshotIdentifier"],
            request["TargetDBClusterSnapshotIdentifier"],
        )
        stored = ministack.database_snapshots()
        if target in stored:
            raise ServiceError(
                "DBClusterSnapshotAlreadyExistsFault",
                f"DB cluster snapshot {target} already exists.",
            )
        stored[target] = {
            **stored[name],
            "DBClusterSnapshotIdentifier": target,
            "DBClusterSnapshotArn": source["DBClusterSnapshotArn"].removesuffix(name) + target,
            "SnapshotType": "manual",
            "KmsKeyId": keys.arn(key) if key else source.get("KmsKeyId", ""),
        }
        self.contents[target] = self.contents[name]
        return {"DBClusterSnapshot": _snapshot(target)}

    def restore(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """Create a cluster from a snapshot.

        The port defaults to the original's, the version to the engine's default: botocore's model
        of the operation.
        """
        source = _readable(request["SnapshotIdentifier"])
        keys.require_usable("rds", request.get("KmsKeyId"))
        version = {"EngineVersion": request["EngineVersion"]} if "EngineVersion" in request else {}
        return restore(
            "RestoreDBClusterFromSnapshot",
            request,
            source=source,
            contents=self.contents[source["DBClusterSnapshotIdentifier"]],
            given={"Port": request.get("Port", source["Port"]), **version},
        )


def install() -> None:
    """Serve the operations, and take final snapshots when a cluster is deleted."""
    snapshots = _Snapshots(contents=ministack.regional_store())
    guard_operations(
        "rds",
        {
            "DeleteDBCluster": snapshots.before_deletion,
            "CreateDBClusterSnapshot": snapshots.before_snapshot,
        },
    )
    amend_operations("rds", {"CreateDBClusterSnapshot": snapshots.taken})
    add_operations(
        "rds",
        {
            "CopyDBClusterSnapshot": snapshots.copy,
            "RestoreDBClusterFromSnapshot": snapshots.restore,
        },
    )


def _readable(identifier: str) -> dict[str, Any]:
    found = _snapshot(identifier)
    key = found.get("KmsKeyId")
    if key and keys.usage_error("rds", key):
        # github.com/awslabs/aurora-snapshot-tool/issues/29
        raise ServiceError(
            "KMSKeyNotAccessibleFault",
            f"The source snapshot KMS key [{key}] does not exist, is not enabled or you do not "
            "have permissions to access it.",
        )
    return found


def _snapshot(identifier: str) -> dict[str, Any]:
    # A name, or an ARN that ends with it. The names of system snapshots start with "rds:".
    name = identifier.partition(":cluster-snapshot:")[2] or identifier
    found: dict[str, Any] = account.call(
        "rds", "DescribeDBClusterSnapshots", DBClusterSnapshotIdentifier=name
    )["DBClusterSnapshots"][0]
    return found
