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

INTERNET = "0.0.0.0/0"
NO_DESTINATION = "127.0.0.1/32"
LAST_PORT = 65535
EACH_LAYER = pytest.mark.parametrize("layer", ["load balancer", "application", "database"])


def test_load_balancer_accepts_http_and_https_from_the_internet(stack: Stack) -> None:
    ingress = rules_of(stack, "load balancer", "IpPermissions")

    assert ingress == {tcp_rule(80, INTERNET), tcp_rule(443, INTERNET)}


def test_load_balancer_reaches_only_the_application(stack: Stack) -> None:
    egress = rules_of(stack, "load balancer", "IpPermissionsEgress")

    assert {(rule.protocol, rule.peer) for rule in egress} == {
        ("tcp", group_id(stack, "application"))
    }


# The rule allows every valid ContainerPort; the application's group allows only the one in use.
def test_load_balancer_reaches_the_container_port(stack: Stack) -> None:
    egress = rules_of(stack, "load balancer", "IpPermissionsEgress")

    port = container_port(stack)
    assert [rule.first_port <= port <= rule.last_port for rule in egress] == [True]


def test_application_accepts_only_the_load_balancer(stack: Stack) -> None:
    ingress = rules_of(stack, "application", "IpPermissions")

    assert ingress == {tcp_rule(container_port(stack), group_id(stack, "load balancer"))}


# Egress to the database allows the whole VPC; the database's group allows only the application.
def test_application_reaches_only_the_database_and_https(stack: Stack) -> None:
    egress = rules_of(stack, "application", "IpPermissionsEgress")

    (vpc,) = stack.ask("ec2", "describe_vpcs", VpcIds=[stack.outputs["VpcId"]])["Vpcs"]
    assert egress == {tcp_rule(database_port(stack), vpc["CidrBlock"]), tcp_rule(443, INTERNET)}


def test_database_accepts_only_the_application_on_its_own_port(stack: Stack) -> None:
    ingress = rules_of(stack, "database", "IpPermissions")

    assert ingress == {tcp_rule(database_port(stack), group_id(stack, "application"))}


def test_database_has_no_egress(stack: Stack) -> None:
    egress = rules_of(stack, "database", "IpPermissionsEgress")

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
def test_instance_uses_the_security_group_of_the_database(stack: Stack, tier: int) -> None:
    groups = resources.database_instances(stack)[tier]["VpcSecurityGroups"]

    assert [group["VpcSecurityGroupId"] for group in groups] == [group_id(stack, "database")]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A security group rule: the ports of a protocol, and the peer."""

    protocol: str
    first_port: int
    last_port: int
    peer: str


def tcp_rule(port: int, peer: str) -> Rule:
    """Return a rule for a single TCP port."""
    return Rule(protocol="tcp", first_port=port, last_port=port, peer=peer)


def rules_of(stack: Stack, layer: Layer, direction: Direction) -> set[Rule]:
    rules = security_group(stack, layer)[direction]
    found = {
        Rule(
            protocol=rule["IpProtocol"],
            # A rule for all ports has no port members.
            first_port=rule.get("FromPort", 0),
            last_port=rule.get("ToPort", LAST_PORT),
            peer=end,
        )
        for rule in rules
        for end in peers(rule)
    }
    # A single rule to 127.0.0.1 replaces the default egress rule: no destination is reachable.
    return {rule for rule in found if rule.peer != NO_DESTINATION}


def peers(rule: Json) -> list[str]:
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
    """Return the only security group of a layer, as the layer's own service shows it."""
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
