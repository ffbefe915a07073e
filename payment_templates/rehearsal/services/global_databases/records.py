"""Finds global databases, their members, and the clusters of members in other regions.

ministack's records are shared, because its CreateDBCluster reads them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from payment_templates.rehearsal import ministack, unreachable_regions, wire
from payment_templates.rehearsal.wire import ServiceError

AVAILABLE = "available"
# The key under which a record has its running move.
MOVE = "_move"

# Writes of a secondary cluster are not forwarded unless that is switched on.
_FORWARDING: Mapping[str, Any] = {"Readers": [], "GlobalWriteForwardingStatus": "disabled"}

# Mutable: ministack's records, with AWS's names of members.
Record = dict[str, Any]
Member = dict[str, Any]


def required(identifier: str) -> Record:
    """Return a global database; raises ServiceError if it does not exist."""
    # Stored in lower case: botocore, CreateGlobalCluster.
    found = ministack.global_databases().get(identifier.lower())
    if found is None:
        raise ServiceError("GlobalClusterNotFoundFault", f"Global cluster {identifier} not found.")
    return found


def required_available(identifier: str) -> Record:
    """Return a global database that no operation is changing; raises ServiceError otherwise."""
    record = required(identifier)
    if record["Status"] != AVAILABLE:
        raise ServiceError(
            "InvalidGlobalClusterStateFault",
            f"Global cluster {identifier} is in state {record['Status']}, not {AVAILABLE}.",
        )
    return record


def members(record: Mapping[str, Any]) -> Sequence[Member]:
    """Return the members, in the order in which they joined."""
    found: list[Member] = record["GlobalClusterMembers"]
    return found


def member_of(record: Mapping[str, Any], arn: str) -> Member | None:
    """Return the member with the ARN of a cluster."""
    return next((one for one in members(record) if one["DBClusterArn"] == arn), None)


def writer_of(record: Mapping[str, Any]) -> Member | None:
    """Return the primary cluster's member; None if the global database is empty."""
    return next((one for one in members(record) if one["IsWriter"]), None)


def of_cluster(arn: str) -> tuple[Record, Member] | None:
    """Return the global database of a cluster, and its member; None if it has none."""
    for record in ministack.global_databases().values():
        member = member_of(record, arn)
        if member is not None:
            return record, member
    return None


def secondaries(record: Mapping[str, Any]) -> Iterator[Member]:
    """Yield the members that only read."""
    yield from (one for one in members(record) if not one["IsWriter"])


def arn_of(identifier: str) -> str:
    """Return the ARN of a cluster that is given by its ARN, or by its name in this region."""
    if identifier.startswith("arn:"):
        return identifier
    return f"arn:aws:rds:{ministack.region()}:{ministack.account()}:cluster:{identifier}"


def region_of(arn: str) -> str:
    """Return the region of a cluster."""
    return arn.split(":")[3]


def name_of(arn: str) -> str:
    """Return the name of a cluster."""
    return arn.rpartition(":")[2]


def cluster_at(arn: str) -> Record:
    """Return ministack's record of a cluster in any region; raises ServiceError without one."""
    with ministack.in_region(region_of(arn)):
        found = ministack.database_cluster(name_of(arn))
    if not found or found["DBClusterArn"] != arn:
        raise ServiceError("DBClusterNotFoundFault", f"DBCluster {arn} not found.")
    return found


def is_reachable(arn: str) -> bool:
    """Return whether the region of a cluster responds."""
    return unreachable_regions.behaviour(ministack.account(), region_of(arn)) is None


def shown(record: Record) -> dict[str, Any]:
    """Describe a global database, with the members of botocore's GlobalCluster."""
    readers = [one["DBClusterArn"] for one in secondaries(record)]
    names = wire.members(wire.service_model("rds").shape_for("GlobalCluster"))
    return {
        **{name: record[name] for name in names if record.get(name) is not None},
        "GlobalClusterMembers": [
            {**member, **({"Readers": readers} if member["IsWriter"] else _FORWARDING)}
            for member in members(record)
        ],
    }
