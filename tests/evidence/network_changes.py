"""Changes to the network of the real template that several tests make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import put

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

ZONES = ("A", "B", "C")
PUBLIC = tuple(f"PublicSubnet{zone}" for zone in ZONES)
PRIVATE = tuple(f"PrivateSubnet{zone}" for zone in ZONES)
DATABASE = tuple(f"DatabaseSubnet{zone}" for zone in ZONES)


def ref(logical_id: str) -> Json:
    """Refer to a resource."""
    return {"Ref": logical_id}


def add(logical_id: str, kind: str, **properties: object) -> Change:
    """Add a resource; the type is that of EC2 if it has no prefix."""
    resource_type = kind if "::" in kind else f"AWS::EC2::{kind}"
    return put(logical_id, {"Type": resource_type, "Properties": properties})


def database_subnets(vpc: str = "Vpc", block: str = "10.0.2{}.0/24") -> tuple[Change, ...]:
    """Move the database to subnets of its own, with the route tables of the private ones."""
    return (
        *(
            add(
                name,
                "Subnet",
                VpcId=ref(vpc),
                CidrBlock=block.format(number),
                AvailabilityZone={"Fn::GetAtt": [f"PublicSubnet{zone}", "AvailabilityZone"]},
            )
            for number, (name, zone) in enumerate(zip(DATABASE, ZONES, strict=True), start=1)
        ),
        *(
            add(
                f"DatabaseAssociation{zone}",
                "SubnetRouteTableAssociation",
                SubnetId=ref(name),
                RouteTableId=ref(f"PrivateRouteTable{zone}"),
            )
            for name, zone in zip(DATABASE, ZONES, strict=True)
        ),
        put("DatabaseSubnetGroup.Properties.SubnetIds", [ref(name) for name in DATABASE]),
    )


def route(logical_id: str, table: str, block: str, **target: object) -> Change:
    """Add a route to a CIDR block, or to a prefix list if the destination is no block."""
    kind = "DestinationCidrBlock" if "/" in block else "DestinationPrefixListId"
    destination = block if "/" in block or block.startswith("pl-") else ref(block)
    return add(logical_id, "Route", RouteTableId=ref(table), **{kind: destination}, **target)
