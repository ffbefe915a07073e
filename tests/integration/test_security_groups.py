from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

Layer = Literal["load balancer", "application", "database"]
Direction = Literal["IpPermissions", "IpPermissionsEgress"]

WORLD = "0.0.0.0/0"
NOWHERE = "127.0.0.1/32"
LAST_PORT = 65535
EACH_LAYER = pytest.mark.parametrize("layer", ["load balancer", "application", "database"])


def test_load_balancer_accepts_the_world_on_http_and_https(stack: Stack) -> None:
    ingress = ways(stack, "load balancer", "IpPermissions")

    assert ingress == {one(80, WORLD), one(443, WORLD)}


def test_load_balancer_reaches_only_the_application(stack: Stack) -> None:
    egress = ways(stack, "load balancer", "IpPermissionsEgress")

    assert {(way.protocol, way.other_end) for way in egress} == {
        ("tcp", group_id(stack, "application"))
    }


# Its ports are all that ContainerPort accepts; the application's own group admits the one in use.
def test_load_balancer_reaches_the_containers_port(stack: Stack) -> None:
    egress = ways(stack, "load balancer", "IpPermissionsEgress")

    port = container_port(stack)
    assert [way.first_port <= port <= way.last_port for way in egress] == [True]


def test_application_accepts_only_the_load_balancer(stack: Stack) -> None:
    ingress = ways(stack, "application", "IpPermissions")

    assert ingress == {one(container_port(stack), group_id(stack, "load balancer"))}


# The database by the addresses of the network: its own group admits no one but the application.
def test_application_reaches_only_the_database_and_https(stack: Stack) -> None:
    egress = ways(stack, "application", "IpPermissionsEgress")

    (vpc,) = stack.ask("ec2", "describe_vpcs", VpcIds=[stack.outputs["VpcId"]])["Vpcs"]
    assert egress == {one(database_port(stack), vpc["CidrBlock"]), one(443, WORLD)}


def test_database_accepts_only_the_application_on_its_own_port(stack: Stack) -> None:
    ingress = ways(stack, "database", "IpPermissions")

    assert ingress == {one(database_port(stack), group_id(stack, "application"))}


def test_database_reaches_nobody(stack: Stack) -> None:
    egress = ways(stack, "database", "IpPermissionsEgress")

    assert egress == set()


def test_every_layer_has_a_group_of_its_own(stack: Stack) -> None:
    groups = {group_id(stack, "load balancer"), group_id(stack, "application")}

    assert len(groups | {group_id(stack, "database")}) == 3


@EACH_LAYER
def test_group_belongs_to_the_vpc_and_the_stack(stack: Stack, layer: Layer) -> None:
    group = security_group(stack, layer)

    assert group["VpcId"] == stack.outputs["VpcId"]
    assert group["GroupId"] in resources.of_type(stack, "AWS::EC2::SecurityGroup")


@pytest.mark.parametrize("tier", range(3), ids=["writer", "reader 1", "reader 2"])
def test_instance_is_guarded_by_the_group_of_the_database(stack: Stack, tier: int) -> None:
    groups = resources.database_instances(stack)[tier]["VpcSecurityGroups"]

    assert [group["VpcSecurityGroupId"] for group in groups] == [group_id(stack, "database")]


@dataclass(frozen=True, kw_only=True)
class Way:
    """What a rule lets through: the ports of a protocol, and who is at the other end."""

    protocol: str
    first_port: int
    last_port: int
    other_end: str


def one(port: int, other_end: str) -> Way:
    """The way to a single TCP port."""
    return Way(protocol="tcp", first_port=port, last_port=port, other_end=other_end)


def ways(stack: Stack, layer: Layer, direction: Direction) -> set[Way]:
    rules = security_group(stack, layer)[direction]
    found = {
        Way(
            protocol=rule["IpProtocol"],
            # A rule for every port names none.
            first_port=rule.get("FromPort", 0),
            last_port=rule.get("ToPort", LAST_PORT),
            other_end=end,
        )
        for rule in rules
        for end in other_ends(rule)
    }
    # A rule to the group's own host is how a group is made to reach no one.
    return {way for way in found if way.other_end != NOWHERE}


def other_ends(rule: Json) -> list[str]:
    return [
        *(found["CidrIp"] for found in rule.get("IpRanges", [])),
        *(found["CidrIpv6"] for found in rule.get("Ipv6Ranges", [])),
        *(found["PrefixListId"] for found in rule.get("PrefixListIds", [])),
        *(found["GroupId"] for found in rule.get("UserIdGroupPairs", [])),
    ]


def security_group(stack: Stack, layer: Layer) -> Json:
    ids = [group_id(stack, layer)]
    (group,) = stack.ask("ec2", "describe_security_groups", GroupIds=ids)["SecurityGroups"]
    return dict(group)


def group_id(stack: Stack, layer: Layer) -> str:
    """The one group of a layer, as the layer's own service tells it."""
    ids: list[str]
    match layer:
        case "load balancer":
            ids = resources.load_balancer(stack)["SecurityGroups"]
        case "application":
            network = resources.service(stack)["networkConfiguration"]["awsvpcConfiguration"]
            ids = network["securityGroups"]
        case "database":
            groups = resources.database_cluster(stack)["VpcSecurityGroups"]
            ids = [group["VpcSecurityGroupId"] for group in groups]
    (only,) = ids
    return only


def container_port(stack: Stack) -> int:
    return int(stack.parameters["ContainerPort"])


def database_port(stack: Stack) -> int:
    return int(resources.database_cluster(stack)["Port"])
