"""Rejects a database in a zone that its subnet group lacks.

RDS's wording: github.com/hashicorp/terraform-provider-aws/issues/20712 for an instance,
github.com/tmobile/jazz-installer/pull/525 for a cluster.
"""

from collections.abc import Iterator
from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.strictness.desired import Desired
from payment_templates.rehearsal.wire import ServiceError

_CODE = "InvalidVPCNetworkStateFault"


def install() -> None:
    """Reject them in RDS, which CloudFormation calls for clusters."""
    guard_operations(
        "rds", {"CreateDBCluster": _guard_cluster, "CreateDBInstance": _guard_instance}
    )


def check(desired: Desired) -> Iterator[str]:
    """Reject an instance of a template, which ministack creates without calling RDS."""
    if desired.resource_type == "AWS::RDS::DBInstance" and desired.before is None:
        yield from _instance_problems(desired.properties)


def _guard_instance(request: dict[str, Any]) -> None:
    for problem in _instance_problems(request):
        raise ServiceError(_CODE, problem)


def _guard_cluster(request: dict[str, Any]) -> None:
    zones = _zones(request.get("DBSubnetGroupName"))
    missing = [zone for zone in request.get("AvailabilityZones", []) if zone not in zones]
    if zones and missing:
        raise ServiceError(
            _CODE,
            f"Availability zone '[{', '.join(missing)}]' is unavailable in this region, please "
            "choose another zone set.",
        )


def _instance_problems(properties: dict[str, Any]) -> Iterator[str]:
    zone = properties.get("AvailabilityZone")
    if not zone:
        return
    zones = _zones(properties.get("DBSubnetGroupName") or _group_of_cluster(properties))
    if zones and zone not in zones:
        yield (
            f"Cannot create a {properties.get('DBInstanceClass', '')} database instance because "
            f"there is not a subnet in {zone}, the targeted availability zone. Create a new subnet "
            f"in {zone} and target that availability zone again, or retry the launch with no "
            f"availability zone, or choose from these availability zones: {', '.join(zones)}."
        )


def _group_of_cluster(properties: dict[str, Any]) -> str | None:
    wanted = properties.get("DBClusterIdentifier")
    if not wanted:
        return None
    clusters = account.call("rds", "DescribeDBClusters")["DBClusters"]
    return next(
        (one.get("DBSubnetGroup") for one in clusters if one["DBClusterIdentifier"] == wanted), None
    )


def _zones(group_name: str | None) -> list[str]:
    """Return the zones of a subnet group; none if it is unknown, which RDS reports itself."""
    if not group_name:
        return []
    subnets = [
        subnet["SubnetIdentifier"]
        for group in account.call("rds", "DescribeDBSubnetGroups")["DBSubnetGroups"]
        if group["DBSubnetGroupName"] == group_name
        for subnet in group["Subnets"]
    ]
    if not subnets:
        return []
    shown = account.call("ec2", "DescribeSubnets", SubnetIds=subnets)["Subnets"]
    return sorted({subnet["AvailabilityZone"] for subnet in shown})
