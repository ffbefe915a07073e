from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

GROUPS = ["ApplicationSecurityGroup", "DatabaseSecurityGroup", "LoadBalancerSecurityGroup"]
CONTAINER_PORT = "ContainerPort"
WORLD = "0.0.0.0/0"
NOWHERE = "127.0.0.1/32"


def test_there_is_one_group_per_layer(template: View) -> None:
    groups = template.of_type("AWS::EC2::SecurityGroup")

    assert list(groups) == GROUPS


def test_load_balancer_accepts_http_and_https_from_anywhere(template: View) -> None:
    ingress = template.rules_into("LoadBalancerSecurityGroup")

    assert peers(ingress) == {(WORLD, "80"), (WORLD, "443")}


def test_application_accepts_only_the_load_balancer_on_the_containers_port(template: View) -> None:
    ingress = template.rules_into("ApplicationSecurityGroup")

    assert peers(ingress) == {("LoadBalancerSecurityGroup", CONTAINER_PORT)}


def test_database_accepts_only_the_application(template: View) -> None:
    ingress = template.rules_into("DatabaseSecurityGroup")

    assert peers(ingress) == {("ApplicationSecurityGroup", "5432")}


# When the port changes, old tasks still use the old one: the tasks' group allows the one in use.
def test_load_balancer_reaches_only_the_application_on_every_valid_port(template: View) -> None:
    (rule,) = template.rules_out_of("LoadBalancerSecurityGroup")

    port = template.document["Parameters"]["ContainerPort"]
    assert rule["DestinationSecurityGroupId"] == {"Ref": "ApplicationSecurityGroup"}
    assert (rule["FromPort"], rule["ToPort"]) == (port["MinValue"], port["MaxValue"])


# A group with both kinds of rules in one direction may always be reported as drifted:
# https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1198
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("direction", ["SecurityGroupIngress", "SecurityGroupEgress"])
def test_rules_of_a_direction_are_all_inline_or_all_separate(
    template: View, group: str, direction: str
) -> None:
    separate = [
        rule
        for rule in template.of_type(f"AWS::EC2::{direction}").values()
        if rule["GroupId"] == {"Ref": group}
    ]

    assert not (separate and template.properties(group).get(direction))


def test_application_reaches_only_the_database_and_https(template: View) -> None:
    egress = template.rules_out_of("ApplicationSecurityGroup")

    assert peers(egress) == {("10.0.0.0/16", "5432"), (WORLD, "443")}


# Drift detection compares only inline rules: it must find a port opened by hand.
def test_rule_added_to_the_database_is_drift(template: View) -> None:
    group = template.properties("DatabaseSecurityGroup")

    assert group["SecurityGroupIngress"]
    assert group["SecurityGroupEgress"]


def test_database_has_no_egress(template: View) -> None:
    egress = template.rules_out_of("DatabaseSecurityGroup")

    assert peers(egress) == {(NOWHERE, None)}


# A group without an egress rule allows all egress.
@pytest.mark.parametrize("group", GROUPS)
def test_group_replaces_the_default_egress_rule(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["SecurityGroupEgress"]


@pytest.mark.parametrize("group", GROUPS)
def test_every_rule_except_the_one_to_nowhere_is_for_tcp(template: View, group: str) -> None:
    rules = template.rules_into(group) + template.rules_out_of(group)

    assert {rule["IpProtocol"] for rule in rules if rule.get("CidrIp") != NOWHERE} == {"tcp"}


@pytest.mark.parametrize("group", GROUPS)
def test_every_rule_has_a_description(template: View, group: str) -> None:
    rules = template.rules_into(group) + template.rules_out_of(group)

    assert all(rule["Description"].strip() for rule in rules)


@pytest.mark.parametrize("group", GROUPS)
def test_group_belongs_to_the_vpc(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["VpcId"] == {"Ref": "Vpc"}


@pytest.mark.parametrize("group", GROUPS)
def test_group_has_a_description(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["GroupDescription"].startswith("Payment ")


def peers(rules: list[Json]) -> set[tuple[str, str | None]]:
    """Return the peer and the port of each rule; None means any port."""
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
