"""Serves the operations on a global database: create, describe, modify, remove from, delete."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import add_operations
from payment_templates.rehearsal.services.global_databases import instances, moves, records
from payment_templates.rehearsal.services.global_databases.records import Record
from payment_templates.rehearsal.wire import ServiceError

# "If you provide a value for this parameter, don't specify values for the following settings":
# botocore, CreateGlobalCluster, SourceDBClusterIdentifier.
_OF_SOURCE = ("DatabaseName", "Engine", "EngineVersion", "StorageEncrypted")
_LIFECYCLE = "open-source-rds-extended-support"


def install() -> None:
    """Serve the operations; moves of the writer have their own module."""
    add_operations(
        "rds",
        {
            "CreateGlobalCluster": _create,
            "DescribeGlobalClusters": _describe,
            "ModifyGlobalCluster": _modify,
            "RemoveFromGlobalCluster": _remove,
            "DeleteGlobalCluster": _delete,
        },
    )


def _create(request: dict[str, Any]) -> Mapping[str, Any]:
    identifier: str = request["GlobalClusterIdentifier"].lower()
    if identifier in ministack.global_databases():
        raise ServiceError(
            "GlobalClusterAlreadyExistsFault", f"Global cluster {identifier} already exists."
        )
    source = _source(request)
    record: Record = {
        "GlobalClusterIdentifier": identifier,
        "GlobalClusterArn": f"arn:aws:rds::{ministack.account()}:global-cluster:{identifier}",
        "GlobalClusterResourceId": f"cluster-{uuid4().hex[:16]}",
        "Status": records.AVAILABLE,
        "EngineLifecycleSupport": request.get("EngineLifecycleSupport", _LIFECYCLE),
        "DeletionProtection": request.get("DeletionProtection", False),
        "Endpoint": f"{identifier}.global-{token_hex(6)}.global.rds.amazonaws.com",
        "GlobalClusterMembers": [],
        "TagList": request.get("Tags", []),
        **{name: (source or request).get(name) for name in _OF_SOURCE},
    }
    record["StorageEncrypted"] = bool(record["StorageEncrypted"])
    ministack.global_databases()[identifier] = record
    if source:
        join(record, source, is_writer=True)
    return _answer(record)


def join(record: Record, cluster: Record, *, is_writer: bool) -> None:
    """Make a cluster a member."""
    record["GlobalClusterMembers"].append(
        {
            "DBClusterArn": cluster["DBClusterArn"],
            "IsWriter": is_writer,
            "SynchronizationStatus": "connected",
        }
    )
    cluster["GlobalClusterIdentifier"] = record["GlobalClusterIdentifier"]


def _source(request: Mapping[str, Any]) -> Record | None:
    identifier = request.get("SourceDBClusterIdentifier")
    if not identifier:
        if not request.get("Engine"):
            # hashicorp/terraform-provider-aws, internal/service/rds/global_cluster_test.go.
            raise ServiceError(
                "InvalidParameterValue",
                "When creating standalone global cluster, value for engineName should be specified",
            )
        return None
    for name in _OF_SOURCE:
        if name in request:
            raise ServiceError(
                "InvalidParameterCombination",
                f"{name} can't be specified if SourceDBClusterIdentifier is specified.",
            )
    arn = records.arn_of(identifier)
    if records.region_of(arn) != ministack.region():
        # "must match the identifier of an existing cluster in the Region": it is not found here.
        raise ServiceError("DBClusterNotFoundFault", f"DBCluster {identifier} not found.")
    cluster = records.cluster_at(arn)
    known = records.of_cluster(arn)
    if known:
        raise ServiceError(
            "InvalidDBClusterStateFault",
            f"DBCluster {arn} is already a member of global cluster "
            f"{known[0]['GlobalClusterIdentifier']}.",
        )
    instances.require_classes(cluster)
    return cluster


def _describe(request: dict[str, Any]) -> Mapping[str, Any]:
    identifier = request.get("GlobalClusterIdentifier")
    found = [records.required(identifier)] if identifier else ministack.global_databases().values()
    return {"GlobalClusters": [records.shown(record) for record in found]}


def _modify(request: dict[str, Any]) -> Mapping[str, Any]:
    record = records.required_available(request["GlobalClusterIdentifier"])
    version: str = request.get("EngineVersion", "")
    if version and version != record["EngineVersion"]:
        _upgrade(record, version, allowed=request.get("AllowMajorVersionUpgrade", False))
    if "DeletionProtection" in request:
        record["DeletionProtection"] = request["DeletionProtection"]
    if "NewGlobalClusterIdentifier" in request:
        _rename(record, request["NewGlobalClusterIdentifier"].lower())
    return _answer(record)


def _upgrade(record: Record, version: str, *, allowed: bool) -> None:
    if _major(version) == _major(record["EngineVersion"]):
        # hashicorp/terraform-provider-aws 47448; each member is upgraded by ModifyDBCluster.
        raise ServiceError(
            "InvalidParameterValue",
            "ModifyGlobalCluster doesn't support minor version upgrades for Aurora global "
            "databases.",
        )
    if not allowed:
        raise ServiceError(
            "InvalidParameterCombination",
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major "
            "version.",
        )
    record["EngineVersion"] = version
    for member in records.members(record):
        records.cluster_at(member["DBClusterArn"])["EngineVersion"] = version


def _major(version: str) -> str:
    return version.partition(".")[0]


def _rename(record: Record, identifier: str) -> None:
    stored = ministack.global_databases()
    if identifier in stored:
        raise ServiceError(
            "GlobalClusterAlreadyExistsFault", f"Global cluster {identifier} already exists."
        )
    del stored[record["GlobalClusterIdentifier"]]
    record["GlobalClusterIdentifier"] = identifier
    record["GlobalClusterArn"] = record["GlobalClusterArn"].rpartition(":")[0] + f":{identifier}"
    stored[identifier] = record
    for member in records.members(record):
        records.cluster_at(member["DBClusterArn"])["GlobalClusterIdentifier"] = identifier


def _remove(request: dict[str, Any]) -> Mapping[str, Any]:
    record = records.required_available(request["GlobalClusterIdentifier"])
    arn = records.arn_of(request["DbClusterIdentifier"])
    member = records.member_of(record, arn)
    if member is None:
        raise ServiceError(
            "DBClusterNotFoundFault",
            f"DBCluster {arn} is not a member of global cluster "
            f"{record['GlobalClusterIdentifier']}.",
        )
    if member["IsWriter"] and len(records.members(record)) > 1:
        # gruntwork-io/cloud-nuke 597: the writer leaves last.
        raise ServiceError(
            "InvalidGlobalClusterStateFault",
            "Cannot remove the writer DB cluster while reader members remain.",
        )
    record["GlobalClusterMembers"].remove(member)
    cluster = records.cluster_at(arn)
    del cluster["GlobalClusterIdentifier"]
    if not member["IsWriter"]:
        moves.promote_alone(cluster)
    return _answer(record)


def _delete(request: dict[str, Any]) -> Mapping[str, Any]:
    record = records.required_available(request["GlobalClusterIdentifier"])
    if record["DeletionProtection"]:
        raise ServiceError(
            "InvalidParameterCombination",
            "Cannot delete protected Global Cluster, please disable deletion protection and try "
            "again.",
        )
    if records.members(record):
        # hashicorp/terraform-provider-aws, internal/service/rds/global_cluster.go.
        raise ServiceError(
            "InvalidGlobalClusterStateFault",
            f"Global Cluster {record['GlobalClusterArn']} is not empty",
        )
    del ministack.global_databases()[record["GlobalClusterIdentifier"]]
    return {"GlobalCluster": {**records.shown(record), "Status": "deleting"}}


def _answer(record: Record) -> Mapping[str, Any]:
    return {"GlobalCluster": records.shown(record)}
