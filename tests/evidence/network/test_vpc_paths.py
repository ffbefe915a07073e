"""Packets between load balancer, tasks and database, and their answers, need a way."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, cut, put
from tests.evidence.network_changes import DATABASE, ZONES, add, database_subnets, ref, route
from tests.evidence.templates import real_document, verdict_of

_CONNECT = "neighbours-can-connect"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_NAT: Json = {"NatGatewayId": ref("NatGatewayA")}
_APPLIANCE: Json = {"NetworkInterfaceId": "eni-0example"}
_PEERING: Json = {"VpcPeeringConnectionId": "pcx-0example"}
_TRANSIT: Json = {"TransitGatewayId": "tgw-0example"}
_LOCAL: Json = {"GatewayId": "local"}
_MOVED = database_subnets()


def _list(*blocks: str) -> Change:
    entries = [{"Cidr": block} for block in blocks]
    return add("List", "PrefixList", PrefixListName="x", AddressFamily="IPv4", Entries=entries)


def _private(block: str, **target: object) -> tuple[Change, ...]:
    """Add a route to each private route table."""
    return tuple(
        route(f"Route{zone}", f"PrivateRouteTable{zone}", block, **target) for zone in ZONES
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        (_private("10.0.2.0/24", **_NAT), _BROKEN),
        ([_list("10.0.2.0/24"), *_private("List", **_NAT)], _BROKEN),
        (_private("10.0.2.0/24", **_APPLIANCE), _CONDITIONAL),
        (_private("pl-0example", **_NAT), _CONDITIONAL),
        (_private("10.0.2.0/24", **_LOCAL), _KEPT),
        # The tasks cannot be there.
        (_private("10.0.99.0/24", **_NAT), _KEPT),
        # The local route is more specific.
        (_private("10.0.0.0/8", **_TRANSIT), _KEPT),
    ],
    ids=["NAT", "list", "appliance", "list elsewhere", "local", "another subnet", "wider"],
)
def test_answers_to_requests_return_to_load_balancer(
    changes: list[Change], verdict: Verdict
) -> None:
    assert verdict_of(_CONNECT, changed(real_document(), *changes)) is verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        (_private("10.0.22.0/24", **_NAT), _BROKEN),
        (_private("10.0.22.0/24", **_APPLIANCE), _CONDITIONAL),
        (_private("10.0.0.0/8", **_TRANSIT), _KEPT),
    ],
    ids=["NAT", "appliance", "wider"],
)
def test_queries_arrive_in_subnets_of_database(changes: list[Change], verdict: Verdict) -> None:
    assert verdict_of(_CONNECT, changed(real_document(), *_MOVED, *changes)) is verdict


def test_route_in_secondary_block_of_vpc_is_as_narrow_as_its_local_route() -> None:
    blocks = (
        *database_subnets(block="10.8.{}.0/24"),
        add("Block", "VPCCidrBlock", VpcId=ref("Vpc"), CidrBlock="10.8.0.0/20"),
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1.CidrIp", "10.8.0.0/20"),
    )

    wider = changed(real_document(), *blocks, *_private("10.8.0.0/18", **_TRANSIT))
    narrower = changed(real_document(), *blocks, *_private("10.8.2.0/24", **_NAT))

    assert verdict_of(_CONNECT, wider) is _KEPT
    assert verdict_of(_CONNECT, narrower) is _BROKEN


def _other_vpc(*routes: Change) -> tuple[Change, ...]:
    """Move the database to another VPC, which admits the first one."""
    rule = "DatabaseSecurityGroup.Properties.SecurityGroupIngress.0"
    return (
        add("Vpc2", "VPC", CidrBlock="10.1.0.0/16", EnableDnsSupport=True),
        *database_subnets(vpc="Vpc2", block="10.1.{}.0/24"),
        *(
            put(f"DatabaseAssociation{zone}.Properties.RouteTableId", ref("Vpc2Table"))
            for zone in ZONES
        ),
        add("Vpc2Table", "RouteTable", VpcId=ref("Vpc2")),
        put("DatabaseSecurityGroup.Properties.VpcId", ref("Vpc2")),
        cut(f"{rule}.SourceSecurityGroupId"),
        cut(f"{rule}.SourceSecurityGroupOwnerId"),
        put(f"{rule}.CidrIp", "10.0.0.0/16"),
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1.CidrIp", "10.0.0.0/8"),
        *routes,
    )


@pytest.mark.parametrize(
    ("routes", "verdict"),
    [
        ([], _BROKEN),
        (_private("10.1.0.0/16", **_PEERING), _BROKEN),
        (
            [
                *_private("10.1.0.0/16", **_PEERING),
                route("Back", "Vpc2Table", "10.0.0.0/16", **_PEERING),
            ],
            _CONDITIONAL,
        ),
        (
            [
                *_private("10.0.0.0/8", **_TRANSIT),
                route("Back", "Vpc2Table", "pl-0example", **_TRANSIT),
            ],
            _CONDITIONAL,
        ),
    ],
    ids=["no route", "no way back", "peering", "a transit gateway"],
)
def test_database_in_another_vpc_needs_routes(routes: list[Change], verdict: Verdict) -> None:
    assert verdict_of(_CONNECT, changed(real_document(), *_other_vpc(*routes))) is verdict


@pytest.mark.parametrize("group", ["LoadBalancer", "Application", "Database"])
@pytest.mark.parametrize("vpc", [ref("Vpc2"), ref("AWS::NoValue")], ids=["other", "default"])
def test_security_group_is_in_the_vpc_of_its_members(group: str, vpc: Json) -> None:
    document = changed(
        real_document(),
        add("Vpc2", "VPC", CidrBlock="10.1.0.0/16"),
        put(f"{group}SecurityGroup.Properties.VpcId", vpc),
    )

    assert verdict_of(_CONNECT, document) is _BROKEN


def test_subnet_without_addresses_of_its_own_changes_nothing_without_narrow_routes() -> None:
    ipam = [
        change
        for name in DATABASE
        for change in (
            cut(f"{name}.Properties.CidrBlock"),
            put(f"{name}.Properties.Ipv4NetmaskLength", 24),
        )
    ]
    # A group cannot refer to a group that refers to it, but the path is the same.
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 5432,
        "ToPort": 5432,
        "DestinationSecurityGroupId": ref("DatabaseSecurityGroup"),
    }
    groups = put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1", rule)
    document = changed(real_document(), *_MOVED, *ipam, groups)

    assert verdict_of(_CONNECT, document) is _KEPT
