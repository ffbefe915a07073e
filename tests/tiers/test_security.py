from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

GROUPS = ["ApplicationSecurityGroup", "DatabaseSecurityGroup", "LoadBalancerSecurityGroup"]
CONTAINER_PORT = "ContainerPort"
WORLD = "0.0.0.0/0"
NOWHERE = "127.0.0.1/32"


def test_there_is_one_group_a_layer(template: View) -> None:
    groups = template.of_type("AWS::EC2::SecurityGroup")

    assert list(groups) == GROUPS


def test_load_balancer_accepts_the_world_on_http_and_https(template: View) -> None:
    ingress = template.rules_into("LoadBalancerSecurityGroup")

    assert ways(ingress) == {(WORLD, "80"), (WORLD, "443")}


def test_application_accepts_only_the_load_balancer_on_the_containers_port(template: View) -> None:
    ingress = template.rules_into("ApplicationSecurityGroup")

    assert ways(ingress) == {("LoadBalancerSecurityGroup", CONTAINER_PORT)}


def test_database_accepts_only_the_application(template: View) -> None:
    ingress = template.rules_into("DatabaseSecurityGroup")

    assert ways(ingress) == {("ApplicationSecurityGroup", "5432")}


# The port may change while old tasks serve on the old one: the group of the tasks admits the one.
def test_load_balancer_reaches_only_the_application_on_any_port_it_may_have(template: View) -> None:
    (rule,) = template.rules_out_of("LoadBalancerSecurityGroup")

    port = template.document["Parameters"]["ContainerPort"]
    assert rule["DestinationSecurityGroupId"] == {"Ref": "ApplicationSecurityGroup"}
    assert (rule["FromPort"], rule["ToPort"]) == (port["MinValue"], port["MaxValue"])


# A group with both kinds of rules in one direction may be reported as drifted for ever:
# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1198
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("direction", ["SecurityGroupIngress", "SecurityGroupEgress"])
def test_rules_of_a_direction_are_all_inline_or_all_apart(
    template: View, group: str, direction: str
) -> None:
    apart = [
        rule
        for rule in template.of_type(f"AWS::EC2::{direction}").values()
        if rule["GroupId"] == {"Ref": group}
    ]

    assert not (apart and template.properties(group).get(direction))


def test_application_reaches_only_the_database_and_https(template: View) -> None:
    egress = template.rules_out_of("ApplicationSecurityGroup")

    assert ways(egress) == {("10.0.0.0/16", "5432"), (WORLD, "443")}


# Drift detection compares inline rules alone: a port opened by hand must show.
def test_rule_added_to_the_database_by_hand_is_drift(template: View) -> None:
    group = template.properties("DatabaseSecurityGroup")

    assert group["SecurityGroupIngress"]
    assert group["SecurityGroupEgress"]


def test_database_reaches_nobody(template: View) -> None:
    egress = template.rules_out_of("DatabaseSecurityGroup")

    assert ways(egress) == {(NOWHERE, None)}


# A group made without an egress rule of its own may talk to everyone.
@pytest.mark.parametrize("group", GROUPS)
def test_group_is_made_without_the_default_way_to_everyone(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["SecurityGroupEgress"]


@pytest.mark.parametrize("group", GROUPS)
def test_every_rule_but_the_one_to_nobody_is_for_tcp(template: View, group: str) -> None:
    rules = template.rules_into(group) + template.rules_out_of(group)

    assert {rule["IpProtocol"] for rule in rules if rule.get("CidrIp") != NOWHERE} == {"tcp"}


@pytest.mark.parametrize("group", GROUPS)
def test_every_rule_says_what_it_is_for(template: View, group: str) -> None:
    rules = template.rules_into(group) + template.rules_out_of(group)

    assert all(rule["Description"].strip() for rule in rules)


@pytest.mark.parametrize("group", GROUPS)
def test_group_belongs_to_the_vpc(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["VpcId"] == {"Ref": "Vpc"}


@pytest.mark.parametrize("group", GROUPS)
def test_group_says_what_it_is_for(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["GroupDescription"].startswith("Payment ")


def ways(rules: list[Json]) -> set[tuple[str, str | None]]:
    """Who is at the other end of each rule, and on which one port (None: on any)."""
    return {(_other_end(rule), _port(rule)) for rule in rules}


def _other_end(rule: Json) -> str:
    kinds = ("Cidr", "Source", "Destination", "Prefix")
    (end,) = (
        value
        for name, value in rule.items()
        if name.startswith(kinds) and not name.endswith("OwnerId")
    )
    return _name(end)


def _port(rule: Json) -> str | None:
    port = rule.get("FromPort")
    assert port == rule.get("ToPort")
    return port and _name(port)


def _name(value: Json | str | int) -> str:
    return str(value["Ref"] if isinstance(value, dict) else value)
