"""Reads a global cluster: its members, which of them writes, and a running operation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_rds import RDSClient
    from mypy_boto3_rds.type_defs import FailoverStateTypeDef, GlobalClusterTypeDef

# GlobalClusterMember, SynchronizationStatus, of a member that follows the writer.
CONNECTED = "connected"
# FailoverState, Status, while the members change their roles.
_OPERATIONS = frozenset({"switching-over", "failing-over"})


class MoveKind(StrEnum):
    """How the writer moves to another region."""

    # Waits until the target has every transaction.
    SWITCHOVER = "switchover"
    # Does not wait: the region that writes may be gone.
    FAILOVER = "failover"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A cluster of the global database."""

    cluster_arn: str
    writes: bool
    # "connected" or "pending-resync"; empty if RDS does not say.
    synchronization: str = ""

    @property
    def region(self) -> str:
        """The region of the cluster."""
        return region_of(self.cluster_arn)

    @property
    def cluster(self) -> str:
        """The identifier of the cluster."""
        return self.cluster_arn.rpartition(":")[2]


@dataclass(frozen=True, kw_only=True)
class RunningMove:
    """A switchover or failover that RDS is carrying out."""

    kind: MoveKind
    # FailoverState, Status: pending, switching-over, failing-over or cancelling.
    status: str
    # Empty if RDS does not say.
    target_region: str

    def __str__(self) -> str:
        """Return the kind and the target."""
        return f"{self.kind} to {self.target_region}" if self.target_region else str(self.kind)


@dataclass(frozen=True, kw_only=True)
class GlobalDatabase:
    """A global cluster as RDS describes it in one region; every region describes the same."""

    identifier: str
    status: str
    # Of the member that writes, or of all.
    engine_version: str
    members: tuple[Member, ...]
    move: RunningMove | None = None

    @property
    def writer(self) -> Member | None:
        """The member that writes; None while there is none."""
        return next((one for one in self.members if one.writes), None)

    def member_in(self, region: str) -> Member | None:
        """Return the member in a region."""
        return next((one for one in self.members if one.region == region), None)


def read_global_database(client: RDSClient, identifier: str) -> GlobalDatabase | None:
    """Read a global cluster in the client's region; None if it does not exist."""
    try:
        shown = client.describe_global_clusters(GlobalClusterIdentifier=identifier)
    except client.exceptions.GlobalClusterNotFoundFault:
        return None
    # RDS stores identifiers in lowercase: DescribeGlobalClusters, GlobalClusterIdentifier.
    wanted = identifier.lower()
    return next(
        (
            _read(one)
            for one in shown["GlobalClusters"]
            if one.get("GlobalClusterIdentifier", "").lower() == wanted
        ),
        None,
    )


def region_of(arn: str) -> str:
    """Return the region in an ARN; empty if there is none."""
    return next(iter(arn.split(":")[3:4]), "")


def shown_regions(members: Iterable[Member]) -> str:
    """Return the regions of members as text."""
    return ", ".join(one.region for one in members)


def _read(shown: GlobalClusterTypeDef) -> GlobalDatabase:
    status = shown.get("Status", "")
    return GlobalDatabase(
        identifier=shown.get("GlobalClusterIdentifier", ""),
        status=status,
        engine_version=shown.get("EngineVersion", ""),
        members=tuple(
            Member(
                cluster_arn=one.get("DBClusterArn", ""),
                writes=one.get("IsWriter", False),
                synchronization=one.get("SynchronizationStatus", ""),
            )
            for one in shown.get("GlobalClusterMembers", ())
        ),
        move=_running(shown.get("FailoverState", {}), status),
    )


def _running(state: FailoverStateTypeDef, status: str) -> RunningMove | None:
    # FailoverState is empty unless an operation is scheduled or running. The status of the global
    # cluster names the operation too.
    running: str = state.get("Status", "") or (status if status in _OPERATIONS else "")
    if not running:
        return None
    loses = state.get("IsDataLossAllowed", running == "failing-over")
    return RunningMove(
        kind=MoveKind.FAILOVER if loses else MoveKind.SWITCHOVER,
        status=running,
        target_region=region_of(state.get("ToDbClusterArn", "")),
    )
