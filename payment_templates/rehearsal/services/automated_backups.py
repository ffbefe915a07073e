"""Emulates automated backups of Aurora clusters, retained after deletion on request.

Backups do not expire, and every restore returns the latest state of the cluster.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.Retaining.html
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from payment_templates.rehearsal import keys, ministack, wire
from payment_templates.rehearsal.services import add_operations, guard_operations
from payment_templates.rehearsal.services.database_restore import (
    Contents,
    cluster,
    clusters,
    contents_of,
    restore,
)
from payment_templates.rehearsal.wire import ServiceError

_ACTIVE = "active"
_RETAINED = "retained"
_FILTERS = {
    "status": "Status",
    "db-cluster-id": "DBClusterIdentifier",
    "db-cluster-resource-id": "DbClusterResourceId",
}


@dataclass(frozen=True, kw_only=True)
class _Backups:
    """The retained backups of every account and region, by resource ID of the deleted cluster."""

    retained: MutableMapping[str, dict[str, Any]]
    contents: MutableMapping[str, Contents]

    def before_deletion(self, request: dict[str, Any]) -> None:
        """Retain the backups unless the request deletes them."""
        described = cluster(request["DBClusterIdentifier"])
        if described["DeletionProtection"] or described["DBClusterMembers"]:
            # ministack rejects the deletion.
            return
        # They are deleted by default: botocore, DeleteDBCluster.
        if request.get("DeleteAutomatedBackups", True) is False:
            resource_id = described["DbClusterResourceId"]
            self.retained[resource_id] = _backup(described, _RETAINED)
            self.contents[resource_id] = contents_of(described)

    def restore(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """Create a cluster; its port defaults to the engine's, as botocore's model says."""
        if bool(request.get("RestoreToTime")) == request.get("UseLatestRestorableTime", False):
            raise ServiceError(
                "InvalidParameterCombination",
                "give either RestoreToTime or UseLatestRestorableTime",
            )
        source, contents = self._source(request)
        keys.require_usable("rds", source.get("KmsKeyId"))
        keys.require_usable("rds", request.get("KmsKeyId"))
        port = {"Port": request["Port"]} if "Port" in request else {}
        return restore(
            "RestoreDBClusterToPointInTime",
            request,
            source=source,
            contents=contents,
            # The operation has no version parameter: the source's version applies.
            given={"EngineVersion": source["EngineVersion"], **port},
        )

    def describe(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """List the backups of existing and deleted clusters."""
        wanted = [
            *(
                (member, [request[member]])
                for member in ("DBClusterIdentifier", "DbClusterResourceId")
                if member in request
            ),
            *((_FILTERS[one["Name"]], one["Values"]) for one in request.get("Filters", [])),
        ]
        found = [
            backup
            for backup in self._all()
            if all(backup[member] in values for member, values in wanted)
        ]
        return {"DBClusterAutomatedBackups": found}

    def delete(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """Delete the retained backups of a cluster."""
        resource_id = request["DbClusterResourceId"]
        if resource_id not in self.retained:
            raise _not_found(resource_id)
        return {"DBClusterAutomatedBackup": self.retained.pop(resource_id)}

    def _source(self, request: dict[str, Any]) -> tuple[dict[str, Any], Contents]:
        identifier = request.get("SourceDBClusterIdentifier")
        if identifier is not None:
            described = cluster(identifier)
            return described, contents_of(described)
        resource_id = request.get("SourceDbClusterResourceId", "")
        if resource_id in self.retained:
            return self.retained[resource_id], self.contents[resource_id]
        for described in clusters():
            if described["DbClusterResourceId"] == resource_id:
                return described, contents_of(described)
        raise _not_found(resource_id)

    def _all(self) -> Iterable[dict[str, Any]]:
        yield from (_backup(described, _ACTIVE) for described in clusters())
        yield from self.retained.values()


def install() -> None:
    """Serve the operations, and retain backups when a cluster is deleted."""
    backups = _Backups(retained=ministack.regional_store(), contents=ministack.regional_store())
    guard_operations("rds", {"DeleteDBCluster": backups.before_deletion})
    add_operations(
        "rds",
        {
            "RestoreDBClusterToPointInTime": backups.restore,
            "DescribeDBClusterAutomatedBackups": backups.describe,
            "DeleteDBClusterAutomatedBackup": backups.delete,
        },
    )


def _backup(described: Mapping[str, Any], status: str) -> dict[str, Any]:
    region = ministack.region()
    # Derived from the cluster, because AWS shows one backup per cluster.
    own_id = described["DbClusterResourceId"].lower()
    members = wire.members(wire.service_model("rds").shape_for("DBClusterAutomatedBackup"))
    return {
        **{name: described[name] for name in members if name in described},
        "DBClusterAutomatedBackupsArn": (
            f"arn:aws:rds:{region}:{ministack.account()}:cluster-auto-backup:ab-{own_id}"
        ),
        "Region": region,
        "Status": status,
        "RestoreWindow": {
            "EarliestTime": described["EarliestRestorableTime"],
            "LatestTime": datetime.now(UTC),
        },
    }


def _not_found(resource_id: str) -> ServiceError:
    return ServiceError(
        "DBClusterAutomatedBackupNotFoundFault",
        f"DB cluster automated backup {resource_id} not found.",
    )
