"""Moves the writer to another region: switchover, failover, and the return of the old primary.

Minutes in AWS, a fraction of a second here. Nothing runs in the background: every request first
brings each global database to the state that it has reached by now.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import add_operations, guard_operations
from payment_templates.rehearsal.services.global_databases import events, records
from payment_templates.rehearsal.services.global_databases.records import Member, Record
from payment_templates.rehearsal.wire import ServiceError

# Until the roles are verified, and until they have changed.
PENDING_SECONDS = 0.05
MOVE_SECONDS = 0.2
# Until a region that is back holds the new primary's data.
RESYNCHRONIZATION_SECONDS = 0.15
# How long a cluster that left its global database is not available: the state "promoting", in
# hashicorp/terraform-provider-aws 40333.
PROMOTION_SECONDS = 0.1

_CONNECTED = "connected"
_PENDING_RESYNC = "pending-resync"
# Keys of ministack's records.
_BACK_SINCE = "_back_since"
_PROMOTING_SINCE = "_promoting_since"
# The requests that see, or depend on, the state of a global database or of its members.
_OBSERVING = (
    *("CreateGlobalCluster", "DescribeGlobalClusters", "ModifyGlobalCluster"),
    *("RemoveFromGlobalCluster", "DeleteGlobalCluster", "SwitchoverGlobalCluster"),
    *("FailoverGlobalCluster", "CreateDBCluster", "DescribeDBClusters", "ModifyDBCluster"),
    *("DeleteDBCluster", "CreateDBInstance", "ModifyDBInstance", "DeleteDBInstance"),
    *("CreateDBClusterSnapshot", "DescribeDBClusterSnapshots", "DescribeEvents"),
)


@dataclass(frozen=True, kw_only=True)
class _Move:
    """A running switchover or failover."""

    source: str
    target: str
    loses_data: bool
    started: float

    @property
    def state(self) -> str:
        return "failing-over" if self.loses_data else "switching-over"


def install() -> None:
    """Serve the moves, and let every request see how far they are."""
    add_operations(
        "rds", {"SwitchoverGlobalCluster": _switch_over, "FailoverGlobalCluster": _fail_over}
    )
    guard_operations("rds", dict.fromkeys(_OBSERVING, lambda _request: settle()))


def settle() -> None:
    """Bring every global database of the account to the state that it has reached by now."""
    for record in tuple(ministack.global_databases().values()):
        move = record.get(records.MOVE)
        if move is not None:
            _advance(record, move)
        for member in records.secondaries(record):
            _bring_back(member)
    for cluster in ministack.database_clusters().values():
        if monotonic() >= cluster.get(_PROMOTING_SINCE, monotonic()) + PROMOTION_SECONDS:
            del cluster[_PROMOTING_SINCE]
            cluster["Status"] = records.AVAILABLE


def promote_alone(cluster: Record) -> None:
    """Make a cluster that left its global database a standalone one."""
    cluster["Status"] = "promoting"
    cluster[_PROMOTING_SINCE] = monotonic()


def _switch_over(request: dict[str, Any]) -> Mapping[str, Any]:
    return _start(request, loses_data=False)


def _fail_over(request: dict[str, Any]) -> Mapping[str, Any]:
    if "AllowDataLoss" in request and "Switchover" in request:
        raise ServiceError(
            "InvalidParameterCombination",
            "AllowDataLoss can't be specified together with the Switchover parameter.",
        )
    return _start(request, loses_data=request.get("AllowDataLoss", False))


def _start(request: Mapping[str, Any], *, loses_data: bool) -> Mapping[str, Any]:
    record = records.required_available(request["GlobalClusterIdentifier"])
    target = records.arn_of(request["TargetDbClusterIdentifier"])
    source = _source(record)
    _require_target(record, target)
    if not loses_data:
        _require_healthy(record, source, target)
    move = _Move(source=source, target=target, loses_data=loses_data, started=monotonic())
    record.update(
        {
            records.MOVE: move,
            "Status": move.state,
            "FailoverState": {
                "Status": "pending",
                "FromDbClusterArn": source,
                "ToDbClusterArn": target,
                "IsDataLossAllowed": loses_data,
            },
        }
    )
    if not loses_data:
        events.record("RDS-EVENT-0181", target, at=source)
    return {"GlobalCluster": records.shown(record)}


def _source(record: Record) -> str:
    writer = records.writer_of(record)
    if writer is None:
        raise ServiceError(
            "InvalidGlobalClusterStateFault",
            f"Global Cluster {record['GlobalClusterArn']} is empty",
        )
    return str(writer["DBClusterArn"])


def _require_target(record: Record, target: str) -> None:
    cluster = records.cluster_at(target)
    member = records.member_of(record, target)
    if member is None or member["IsWriter"]:
        raise ServiceError(
            "InvalidGlobalClusterStateFault",
            f"DBCluster {target} is not a secondary member of global cluster "
            f"{record['GlobalClusterIdentifier']}.",
        )
    # "Switching over or failing over to a headless cluster isn't supported": Aurora guide,
    # aurora-global-database-attach.console.headless.
    usable = cluster["Status"] == records.AVAILABLE and cluster["DBClusterMembers"]
    if not usable or not records.is_reachable(target):
        raise ServiceError(
            "InvalidDBClusterStateFault",
            f"DB cluster {target} isn't available, or has no DB instance.",
        )
    if cluster["EngineVersion"] != records.cluster_at(_source(record))["EngineVersion"]:
        # "only if the primary and secondary DB clusters have the same major and minor engine
        # versions".
        raise ServiceError(
            "InvalidDBClusterStateFault",
            f"DB cluster {target} runs another engine version than the primary DB cluster.",
        )


def _require_healthy(record: Record, source: str, target: str) -> None:
    # A switchover is for "a healthy state" only.
    member = records.member_of(record, target)
    connected = member is not None and member["SynchronizationStatus"] == _CONNECTED
    if not connected or not records.is_reachable(source):
        raise ServiceError(
            "InvalidGlobalClusterStateFault",
            f"Global cluster {record['GlobalClusterIdentifier']} is not healthy: its members are "
            "not connected.",
        )


def _advance(record: Record, move: _Move) -> None:
    elapsed = monotonic() - move.started
    if not move.loses_data and not records.is_reachable(move.source):
        _end(record)
        events.record("RDS-EVENT-0186", move.target, at=move.target)
    elif elapsed >= MOVE_SECONDS:
        _finish(record, move)
    elif elapsed >= PENDING_SECONDS:
        record["FailoverState"]["Status"] = move.state


def _finish(record: Record, move: _Move) -> None:
    for member in records.members(record):
        member["IsWriter"] = member["DBClusterArn"] == move.target
        if move.loses_data and not member["IsWriter"]:
            member["SynchronizationStatus"] = _PENDING_RESYNC
            member.pop(_BACK_SINCE, None)
    _end(record)
    if move.loses_data:
        _block_writes(move)
        events.record("RDS-EVENT-0238", move.target, at=move.target)
        return
    events.record("RDS-EVENT-0182", move.source, at=move.target)
    events.record("RDS-EVENT-0184", move.target, at=move.target)
    events.record("RDS-EVENT-0185", move.target, at=move.target)


def _block_writes(move: _Move) -> None:
    # "If the old primary cluster is reachable on the network, Aurora records these events there. If
    # not, Aurora records the events on the new primary cluster": Aurora guide, managed failovers.
    reachable = records.is_reachable(move.source)
    events.record(
        "RDS-EVENT-0390" if reachable else "RDS-EVENT-0391",
        move.source,
        at=move.source if reachable else move.target,
    )


def _end(record: Record) -> None:
    record["Status"] = records.AVAILABLE
    # "This object is empty unless ...": botocore, GlobalCluster, FailoverState.
    del record["FailoverState"], record[records.MOVE]


def _bring_back(member: Member) -> None:
    arn: str = member["DBClusterArn"]
    if member["SynchronizationStatus"] != _PENDING_RESYNC:
        return
    if not records.is_reachable(arn):
        member.pop(_BACK_SINCE, None)
    elif _BACK_SINCE not in member:
        member[_BACK_SINCE] = monotonic()
        _keep_old_volume(arn)
        events.record("RDS-EVENT-0240", arn, at=arn)
    elif monotonic() - member[_BACK_SINCE] >= RESYNCHRONIZATION_SECONDS:
        del member[_BACK_SINCE]
        member["SynchronizationStatus"] = _CONNECTED
        events.record("RDS-EVENT-0241", arn, at=arn)


def _keep_old_volume(arn: str) -> None:
    # "Before creating the new storage volume in the old primary Region, Aurora tries to take a
    # snapshot of the old storage volume at the point of failure": a system snapshot.
    name = records.name_of(arn)
    taken = datetime.now(UTC).strftime("%Y-%m-%d-%H-%M-%S")
    snapshot = f"rds:unplanned-global-failover-{name}-{taken}"
    with ministack.in_region(records.region_of(arn)), suppress(ClientError):
        account.call(
            "rds",
            "CreateDBClusterSnapshot",
            DBClusterIdentifier=name,
            DBClusterSnapshotIdentifier=snapshot,
        )
        ministack.database_snapshots()[snapshot]["SnapshotType"] = "automated"
