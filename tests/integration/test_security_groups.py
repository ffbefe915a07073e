from __future__ import annotations

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
EACH_LAYER = pytest.mark.parametrize("layer", ["load balancer", "application", "database"])


def test_load_balancer_accepts_the_world_on_http_and_https(stack: Stack) -> None:
    ingress = ways(stack, "load balancer", "IpPermissions")

    assert ingress == {("tcp", 80, WORLD), ("tcp", 443, WORLD)}


def test_load_balancer_reaches_only_the_application(stack: Stack) -> None:
    egress = ways(stack, "load balancer", "IpPermissionsEgress")

    assert egress == {("tcp", container_port(stack), group_id(stack, "application"))}


def test_application_accepts_only_the_load_balancer(stack: Stack) -> None:
    ingress = ways(stack, "application", "IpPermissions")

    assert ingress == {("tcp", container_port(stack), group_id(stack, "load balancer"))}


def test_application_reaches_only_the_database_and_https(stack: Stack) -> None:
    egress = ways(stack, "application", "IpPermissionsEgress")

    assert egress == {("tcp", 5432, group_id(stack, "database")), ("tcp", 443, WORLD)}


def test_database_accepts_only_the_application(stack: Stack) -> None:
    ingress = ways(stack, "database", "IpPermissions")

    assert ingress == {("tcp", 5432, group_id(stack, "application"))}


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


def ways(stack: Stack, layer: Layer, direction: Direction) -> set[tuple[str, int | None, str]]:
    """Protocol, the one port (None: every port), and who is at the other end."""
    rules = security_group(stack, layer)[direction]
    ways_all = {
        (rule["IpProtocol"], one_port(rule), end) for rule in rules for end in other_ends(rule)
    }
    # A rule to the group's own host is how a group is made to reach nobody.
    return {way for way in ways_all if way[2] != NOWHERE}


def one_port(rule: Json) -> int | None:
    ports: tuple[int | None, int | None] = (rule.get("FromPort"), rule.get("ToPort"))
    first, last = ports
    assert first == last
    return first


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
