"""Routes decide what reaches the Internet, the tasks and the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, cut, put
from tests.evidence.network_changes import ZONES, add, ref, route
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_CONNECT, _START = "neighbours-can-connect", "tasks-can-start"
_PRIVATE_TASKS, _PRIVATE_DATABASE = "tasks-run-in-private-subnets", "database-is-private"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_UNKNOWN = Verdict.UNKNOWN
_BY_GATEWAY: Json = {"GatewayId": ref("InternetGateway")}
_BY_NAT: Json = {"NatGatewayId": ref("NatGatewayA")}
_BY_INTERFACE: Json = {"NetworkInterfaceId": "eni-0example"}
_HALVES = ("0.0.0.0/1", "128.0.0.0/1")
_PUBLIC_ALONE = ("0.0.0.0/5", "8.0.0.0/7", "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4", *_HALVES)


def _list(*blocks: str) -> Change:
    entries = [{"Cidr": block} for block in blocks]
    return add("List", "PrefixList", PrefixListName="x", AddressFamily="IPv4", Entries=entries)


def _in_private_tables(block: str, **target: object) -> tuple[Change, ...]:
    """Add a route to each private route table."""
    return tuple(
        route(f"Route{zone}", f"PrivateRouteTable{zone}", block, **target) for zone in ZONES
    )


@pytest.mark.parametrize("claim", [_PRIVATE_TASKS, _PRIVATE_DATABASE])
@pytest.mark.parametrize(
    "changes",
    [
        [route("Other", "PrivateRouteTableA", "pl-0example", **_BY_GATEWAY)],
        [_list(*_HALVES), route("Other", "PrivateRouteTableA", "List", **_BY_GATEWAY)],
    ],
    ids=["a list elsewhere", "a list of the stack"],
)
def test_subnet_with_prefix_list_to_gateway_is_public(claim: str, changes: list[Change]) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is _BROKEN


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param(
            [_list(*_HALVES), *_in_private_tables("List", **_BY_INTERFACE)],
            _CONDITIONAL,
            id="a more specific list by an appliance",
        ),
        pytest.param(
            [_list("0.0.0.0/0"), *_in_private_tables("List", **_BY_INTERFACE)],
            _KEPT,
            id="a list as wide as the route to the NAT gateway",
        ),
        pytest.param(
            [_list("192.168.0.0/16"), *_in_private_tables("List", **_BY_INTERFACE)],
            _KEPT,
            id="a list of private addresses",
        ),
        pytest.param(
            [_list(*_HALVES), *_in_private_tables("List", **_BY_NAT)],
            _KEPT,
            id="a list by the NAT gateway",
        ),
        pytest.param(
            _in_private_tables("pl-0example", **_BY_INTERFACE),
            _CONDITIONAL,
            id="a list elsewhere by an appliance",
        ),
        pytest.param(
            _in_private_tables("pl-0example", **_BY_NAT),
            _KEPT,
            id="a list elsewhere by the NAT gateway",
        ),
        pytest.param(
            [_list(*_HALVES), *_in_private_tables("List", **_BY_GATEWAY)],
            _BROKEN,
            id="a list by the Internet gateway, without public addresses",
        ),
    ],
)
def test_routes_to_prefix_lists_decide_whether_tasks_start(
    changes: list[Change], verdict: Verdict
) -> None:
    assert verdict_of(_START, changed(real_document(), *changes)) is verdict


@pytest.mark.parametrize(
    ("destination", "blocks", "verdict"),
    [
        (ref("List"), _HALVES, _KEPT),
        (ref("List"), _PUBLIC_ALONE, _KEPT),
        (ref("List"), _HALVES[:1], _BROKEN),
        ("pl-0example", _HALVES, _CONDITIONAL),
    ],
    ids=["every address", "every public address", "half of the addresses", "a list elsewhere"],
)
def test_public_route_may_be_to_a_prefix_list(
    destination: object, blocks: tuple[str, ...], verdict: Verdict
) -> None:
    document = changed(
        real_document(),
        _list(*blocks),
        cut("PublicRoute.Properties.DestinationCidrBlock"),
        put("PublicRoute.Properties.DestinationPrefixListId", destination),
    )

    assert verdict_of(_CONNECT, document) is verdict
    assert verdict_of(_START, document) is verdict


def _first(change: Change) -> Change:
    """Add a resource in front of the others."""

    def changed_order(document: Json) -> None:
        before = dict(document["Resources"])
        change(document)
        added = [name for name in document["Resources"] if name not in before]
        document["Resources"] = {name: document["Resources"][name] for name in (*added, *before)}

    return changed_order


@pytest.mark.parametrize("claim", [_PRIVATE_TASKS, _PRIVATE_DATABASE, _START])
@pytest.mark.parametrize("is_first", [True, False])
def test_subnet_with_two_route_tables_is_not_judged(claim: str, *, is_first: bool) -> None:
    second = add(
        "Second",
        "SubnetRouteTableAssociation",
        RouteTableId=ref("PublicRouteTable"),
        SubnetId=ref("PrivateSubnetA"),
    )

    document = changed(real_document(), _first(second) if is_first else second)

    assert verdict_of(claim, document) is _UNKNOWN


_SIXTH = "2600:1f18::/64"
_OUT = "ApplicationSecurityGroup.Properties.SecurityGroupEgress"
_HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


def _ipv6_alone(*zones: str) -> tuple[Change, ...]:
    """Take the IPv4 addresses from private subnets."""
    return tuple(
        change
        for zone in zones
        for change in (
            cut(f"PrivateSubnet{zone}.Properties.CidrBlock"),
            put(f"PrivateSubnet{zone}.Properties.Ipv6CidrBlock", _SIXTH),
            put(f"PrivateSubnet{zone}.Properties.Ipv6Native", value=True),
        )
    )


def _ipv6_routes(block: str, **target: object) -> tuple[Change, ...]:
    return tuple(
        add(
            f"Sixth{zone}",
            "Route",
            RouteTableId=ref(f"PrivateRouteTable{zone}"),
            DestinationIpv6CidrBlock=block,
            **target,
        )
        for zone in ZONES
    )


_EGRESS_ONLY = (
    add("Sixth", "EgressOnlyInternetGateway", VpcId=ref("Vpc")),
    *_ipv6_routes("::/0", EgressOnlyInternetGatewayId=ref("Sixth")),
)
_IPV6_RULE = put(_OUT, [{**_HTTPS, "CidrIpv6": "::/0"}])


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param(_ipv6_alone("A"), _BROKEN, id="no route of IPv6 in one subnet"),
        pytest.param(
            (*_ipv6_alone(*ZONES), *_EGRESS_ONLY, put(_OUT, [{**_HTTPS, "CidrIp": "0.0.0.0/0"}])),
            _BROKEN,
            id="egress to IPv4 addresses alone",
        ),
        pytest.param(
            (*_ipv6_alone(*ZONES), *_EGRESS_ONLY, _IPV6_RULE),
            _CONDITIONAL,
            id="routes and egress",
        ),
        pytest.param(
            (*_ipv6_alone(*ZONES), *_ipv6_routes("64:ff9b::/96", **_BY_NAT), _IPV6_RULE),
            _CONDITIONAL,
            id="translated by a NAT gateway",
        ),
        pytest.param(
            (put("PrivateSubnetA.Properties.Ipv6CidrBlock", _SIXTH), *_EGRESS_ONLY),
            _KEPT,
            id="IPv4 addresses too",
        ),
    ],
)
def test_tasks_without_ipv4_addresses_need_routes_and_egress_of_ipv6(
    changes: tuple[Change, ...], verdict: Verdict
) -> None:
    assert verdict_of(_START, changed(real_document(), *changes)) is verdict
