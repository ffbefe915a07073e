from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.resources import Tier
    from tests.integration.services import Json
    from tests.integration.stack import Stack

INTERNET = "0.0.0.0/0"
CIDR_BLOCKS = {
    "Public": ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
    "Private": ["10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24"],
}
BOTH_TIERS = pytest.mark.parametrize("tier", ["Public", "Private"])


def test_vpc_has_its_cidr_block(stack: Stack) -> None:
    (vpc,) = stack.ask("ec2", "describe_vpcs", VpcIds=[stack.outputs["VpcId"]])["Vpcs"]

    assert (vpc["CidrBlock"], vpc["State"]) == ("10.0.0.0/16", "available")


@pytest.mark.parametrize(
    ("attribute", "member"),
    [("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")],
    ids=["resolution", "hostnames"],
)
def test_vpc_has_dns(stack: Stack, attribute: str, member: str) -> None:
    vpc_id = stack.outputs["VpcId"]

    answer = stack.ask("ec2", "describe_vpc_attribute", VpcId=vpc_id, Attribute=attribute)

    assert answer[member]["Value"] is True


@BOTH_TIERS
def test_tier_has_its_three_cidr_blocks(stack: Stack, tier: Tier) -> None:
    blocks = [subnet["CidrBlock"] for subnet in resources.subnets(stack, tier)]

    assert blocks == CIDR_BLOCKS[tier]


@BOTH_TIERS
def test_tier_has_three_zones_of_the_region(stack: Stack, tier: Tier) -> None:
    zones = resources.zones(stack, tier)

    assert len(set(zones)) == 3
    assert all(zone.startswith(stack.region) for zone in zones)


@BOTH_TIERS
def test_tier_is_in_the_vpc(stack: Stack, tier: Tier) -> None:
    vpcs = {subnet["VpcId"] for subnet in resources.subnets(stack, tier)}

    assert vpcs == {stack.outputs["VpcId"]}


@BOTH_TIERS
def test_subnets_assign_no_public_addresses(stack: Stack, tier: Tier) -> None:
    public = [subnet["MapPublicIpOnLaunch"] for subnet in resources.subnets(stack, tier)]

    assert public == [False] * 3


def test_both_tiers_are_in_the_same_zones(stack: Stack) -> None:
    public, private = resources.zones(stack, "Public"), resources.zones(stack, "Private")

    assert public == private


def test_internet_gateway_is_attached(stack: Stack) -> None:
    (gateway,) = internet_gateways(stack)

    (attachment,) = gateway["Attachments"]
    # EC2 returns "available" for an attachment, although its model says "attached".
    assert attachment["State"] in {"available", "attached"}


def test_number_of_nat_gateways_is_that_of_the_profile(stack: Stack) -> None:
    states = [gateway["State"] for gateway in nat_gateways(stack)]

    assert states == ["available"] * stack.profile.nat_gateways


def test_nat_gateways_are_in_different_public_subnets(stack: Stack) -> None:
    public = {subnet["SubnetId"] for subnet in resources.subnets(stack, "Public")}

    used = {gateway["SubnetId"] for gateway in nat_gateways(stack)}

    assert used <= public
    assert len(used) == stack.profile.nat_gateways


def test_nat_gateways_have_public_addresses(stack: Stack) -> None:
    addresses = [address for nat in nat_gateways(stack) for address in nat["NatGatewayAddresses"]]

    assert len(addresses) == stack.profile.nat_gateways
    assert all(address["PublicIp"] and address["AllocationId"] for address in addresses)


def test_public_subnets_reach_the_internet_through_the_internet_gateway(stack: Stack) -> None:
    (gateway,) = internet_gateways(stack)

    routes = [
        default_route(stack, subnet)["GatewayId"] for subnet in resources.subnets(stack, "Public")
    ]

    assert routes == [gateway["InternetGatewayId"]] * 3


def test_private_subnets_reach_the_internet_only_through_nat(stack: Stack) -> None:
    gateways = {gateway["NatGatewayId"] for gateway in nat_gateways(stack)}

    routes = [default_route(stack, subnet) for subnet in resources.subnets(stack, "Private")]

    assert {route.get("NatGatewayId") for route in routes} == gateways
    assert not any(route.get("GatewayId") for route in routes)


def test_every_private_subnet_has_a_route_table_of_its_own(stack: Stack) -> None:
    tables = {private_table(stack, zone) for zone in range(3)}

    assert len(tables) == 3


def test_private_subnets_reach_s3_without_nat(stack: Stack) -> None:
    endpoints = stack.ask("ec2", "describe_vpc_endpoints", Filters=in_vpc(stack))["VpcEndpoints"]

    (endpoint,) = (found for found in endpoints if found["ServiceName"].endswith(".s3"))

    assert endpoint["State"] == "available"
    assert set(endpoint["RouteTableIds"]) == {private_table(stack, zone) for zone in range(3)}


def internet_gateways(stack: Stack) -> list[Json]:
    attached = [{"Name": "attachment.vpc-id", "Values": [stack.outputs["VpcId"]]}]
    answer = stack.ask("ec2", "describe_internet_gateways", Filters=attached)
    gateways: list[Json] = answer["InternetGateways"]
    return gateways


def nat_gateways(stack: Stack) -> list[Json]:
    # A deleted gateway stays visible for about an hour.
    active = {"Name": "state", "Values": ["pending", "available", "failed"]}
    # Only this call's argument is named Filter.
    answer = stack.ask("ec2", "describe_nat_gateways", Filter=[*in_vpc(stack), active])
    gateways: list[Json] = answer["NatGateways"]
    return gateways


def private_table(stack: Stack, zone: int) -> str:
    return str(route_table(stack, resources.subnets(stack, "Private")[zone])["RouteTableId"])


def default_route(stack: Stack, subnet: Json) -> Json:
    routes = route_table(stack, subnet)["Routes"]
    (default,) = (route for route in routes if route.get("DestinationCidrBlock") == INTERNET)
    assert default["State"] == "active"
    return dict(default)


def route_table(stack: Stack, subnet: Json) -> Json:
    tables = stack.ask("ec2", "describe_route_tables", Filters=in_vpc(stack))["RouteTables"]
    (table,) = (
        table
        for table in tables
        if any(link.get("SubnetId") == subnet["SubnetId"] for link in table["Associations"])
    )
    return dict(table)


def in_vpc(stack: Stack) -> list[Json]:
    return [{"Name": "vpc-id", "Values": [stack.outputs["VpcId"]]}]
