from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from tests.view import Json, View

if TYPE_CHECKING:
    from collections.abc import Iterable

ZONES = ("A", "B", "C")
KINDS = ("Public", "Private")
SUBNETS = [f"{kind}Subnet{zone}" for kind in KINDS for zone in ZONES]


def test_vpc_has_the_specified_block(template: View) -> None:
    vpc = template.only("AWS::EC2::VPC")

    assert vpc["CidrBlock"] == "10.0.0.0/16"


@pytest.mark.parametrize("switch", ["EnableDnsSupport", "EnableDnsHostnames"])
def test_vpc_resolves_names(template: View, switch: str) -> None:
    vpc = template.only("AWS::EC2::VPC")

    assert vpc[switch] is True


def test_there_is_a_public_and_a_private_subnet_in_each_of_three_zones(template: View) -> None:
    subnets = template.of_type("AWS::EC2::Subnet")

    assert set(subnets) == set(SUBNETS)


@pytest.mark.parametrize(
    ("subnet", "block"),
    [
        ("PublicSubnetA", "10.0.1.0/24"),
        ("PublicSubnetB", "10.0.2.0/24"),
        ("PublicSubnetC", "10.0.3.0/24"),
        ("PrivateSubnetA", "10.0.11.0/24"),
        ("PrivateSubnetB", "10.0.12.0/24"),
        ("PrivateSubnetC", "10.0.13.0/24"),
    ],
)
def test_subnet_has_the_specified_block(template: View, subnet: str, block: str) -> None:
    properties = template.properties(subnet)

    assert properties["CidrBlock"] == block


@pytest.mark.parametrize("subnet", SUBNETS)
def test_subnet_assigns_no_public_address(template: View, subnet: str) -> None:
    properties = template.properties(subnet)

    assert properties["MapPublicIpOnLaunch"] is False


@pytest.mark.parametrize("subnet", SUBNETS)
def test_subnet_is_in_the_vpc(template: View, subnet: str) -> None:
    properties = template.properties(subnet)

    assert properties["VpcId"] == {"Ref": "Vpc"}


@pytest.mark.parametrize(("zone", "index"), [("A", 0), ("B", 1), ("C", 2)])
def test_zones_are_the_regions_first_ones_by_default(template: View, zone: str, index: int) -> None:
    subnet = template.deployed().properties(f"PublicSubnet{zone}")

    assert subnet["AvailabilityZone"] == {"Fn::Select": [index, {"Fn::GetAZs": ""}]}


@pytest.mark.parametrize(("zone", "index"), [("A", 0), ("B", 1), ("C", 2)])
def test_zones_are_the_given_ones(template: View, zone: str, index: int) -> None:
    given = template.deployed(AvailabilityZones="us-east-1a,us-east-1b,us-east-1f")

    subnet = given.properties(f"PublicSubnet{zone}")

    assert subnet["AvailabilityZone"] == {"Fn::Select": [index, {"Ref": "AvailabilityZones"}]}


@pytest.mark.parametrize("zone", ZONES)
def test_private_subnet_shares_the_zone_of_the_public_one(template: View, zone: str) -> None:
    subnet = template.properties(f"PrivateSubnet{zone}")

    assert subnet["AvailabilityZone"] == {"Fn::GetAtt": [f"PublicSubnet{zone}", "AvailabilityZone"]}


def test_internet_gateway_is_attached_to_the_vpc(template: View) -> None:
    attachment = template.only("AWS::EC2::VPCGatewayAttachment")

    assert attachment == {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "InternetGateway"}}


@pytest.mark.parametrize("zone", ZONES)
def test_public_subnet_reaches_the_internet_directly(template: View, zone: str) -> None:
    routes = routes_of(template, f"PublicSubnet{zone}")

    assert egress(routes) == {"GatewayId": {"Ref": "InternetGateway"}}


@pytest.mark.parametrize("zone", ZONES)
def test_private_subnet_uses_the_only_nat_gateway(template: View, zone: str) -> None:
    routes = routes_of(template, f"PrivateSubnet{zone}")

    assert egress(routes) == {"NatGatewayId": {"Ref": "NatGatewayA"}}


@pytest.mark.parametrize("zone", ZONES)
def test_production_has_a_nat_gateway_in_every_zone(production: View, zone: str) -> None:
    routes = routes_of(production, f"PrivateSubnet{zone}")

    assert egress(routes) == {"NatGatewayId": {"Ref": f"NatGateway{zone}"}}


def test_private_subnets_share_no_route_table(template: View) -> None:
    tables = {table_of(template, f"PrivateSubnet{zone}") for zone in ZONES}

    assert len(tables) == 3


@pytest.mark.parametrize("zone", ZONES)
def test_nat_gateway_is_in_the_public_subnet_of_its_zone(production: View, zone: str) -> None:
    gateway = production.properties(f"NatGateway{zone}")

    assert gateway["SubnetId"] == {"Ref": f"PublicSubnet{zone}"}


@pytest.mark.parametrize("zone", ZONES)
def test_nat_gateway_has_its_own_address(production: View, zone: str) -> None:
    gateway = production.properties(f"NatGateway{zone}")

    assert gateway["AllocationId"] == {"Fn::GetAtt": [f"NatAddress{zone}", "AllocationId"]}


@pytest.mark.parametrize("waiting", ["PublicRoute", "NatAddressA", "NatGatewayA"])
def test_nothing_uses_the_internet_gateway_before_it_is_attached(
    template: View, waiting: str
) -> None:
    dependencies = template.waits_for(waiting)

    assert "GatewayAttachment" in dependencies


def test_more_nat_gateways_change_only_the_routes_of_the_other_zones(template: View) -> None:
    wider = View.of(build_template(replace(PROFILES["standard"], nat_gateways=3)))

    changed = {
        name for name, resource in template.resources.items() if wider.resource(name) != resource
    }

    assert changed == {"PrivateRouteB", "PrivateRouteC"}


def test_image_layers_bypass_the_nat_gateway_in_every_zone(template: View) -> None:
    endpoint = template.only("AWS::EC2::VPCEndpoint")

    assert endpoint["RouteTableIds"] == [{"Ref": f"PrivateRouteTable{zone}"} for zone in ZONES]


def test_s3_endpoint_is_a_free_gateway_endpoint(template: View) -> None:
    endpoint = template.only("AWS::EC2::VPCEndpoint")

    # Gateway is the default type; an interface endpoint would cost by the hour.
    assert endpoint.get("VpcEndpointType", "Gateway") == "Gateway"
    assert "SubnetIds" not in endpoint


def test_s3_endpoint_is_for_this_region(template: View) -> None:
    endpoint = template.only("AWS::EC2::VPCEndpoint")

    assert endpoint["ServiceName"] == {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}


def table_of(template: View, subnet: str) -> str:
    (table,) = (
        association["RouteTableId"]["Ref"]
        for association in template.of_type("AWS::EC2::SubnetRouteTableAssociation").values()
        if association["SubnetId"] == {"Ref": subnet}
    )
    return str(table)


def routes_of(template: View, subnet: str) -> list[Json]:
    table = {"Ref": table_of(template, subnet)}
    routes = template.of_type("AWS::EC2::Route").values()
    return [route for route in routes if route["RouteTableId"] == table]


def egress(routes: Iterable[Json]) -> Json:
    """Return the target of the only route, which must be the default route."""
    (route,) = routes
    assert route["DestinationCidrBlock"] == "0.0.0.0/0"
    return {name: value for name, value in route.items() if name.endswith("GatewayId")}


@pytest.mark.parametrize(
    ("block", "first_public", "last_private"),
    [
        ("172.16.0.0/16", "172.16.1.0/24", "172.16.16.0/24"),
        ("10.20.32.0/19", "10.20.33.0/24", "10.20.48.0/24"),
        ("192.168.16.0/20", "192.168.16.128/25", "192.168.24.0/25"),
    ],
)
def test_subnets_are_in_the_block_of_the_vpc(
    block: str, first_public: str, last_private: str
) -> None:
    options = replace(PROFILES["standard"], zones=6, vpc_cidr=block)
    network = View.of(build_template(options))

    subnets = [each["CidrBlock"] for each in network.of_type("AWS::EC2::Subnet").values()]

    assert network.only("AWS::EC2::VPC")["CidrBlock"] == block
    assert (subnets[0], subnets[-1], len({*subnets})) == (first_public, last_private, 12)


def test_tasks_reach_the_database_in_the_block_of_the_vpc() -> None:
    options = replace(PROFILES["standard"], vpc_cidr="172.16.0.0/16")
    network = View.of(build_template(options))

    rules = network.rules_out_of("ApplicationSecurityGroup")

    assert [rule["CidrIp"] for rule in rules if rule["FromPort"] == 5432] == ["172.16.0.0/16"]
