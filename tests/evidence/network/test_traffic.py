"""Requests and groups: what stays open, and what does no harm."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, cut, put
from tests.evidence.mutations.traffic import TRAFFIC
from tests.evidence.templates import real_document, verdict_of

FOREIGN_GROUP = "sg-0123456789abcdef0"
WIRING = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration"
ALLOWING: list[Json] = [{"Name": "x", "Priority": 0, "Action": {"Allow": {}}}]
ALLOW: Json = {"Allow": {}}
BLOCKING = next(it for it in TRAFFIC if it.title == "a web ACL blocks every request").changes
RULE = next(it for it in TRAFFIC if it.title == "a rule answers GET and POST").changes


@pytest.mark.parametrize(
    "place",
    [
        "DatabaseCluster.Properties.VpcSecurityGroupIds",
        "LoadBalancer.Properties.SecurityGroups",
        f"{WIRING}.SecurityGroups",
    ],
)
def test_group_that_the_template_does_not_show_leaves_open_who_connects(place: str) -> None:
    document = changed(real_document(), append(place, FOREIGN_GROUP))

    assert verdict_of("only-neighbours-connect", document) is Verdict.UNKNOWN
    assert verdict_of("neighbours-can-connect", document) is Verdict.KEPT


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        pytest.param(
            "neighbours-can-connect",
            [
                *BLOCKING,
                put("Acl.Properties.Rules", ALLOWING),
            ],
            id="a web ACL with rules",
        ),
        pytest.param(
            "neighbours-can-connect",
            [*BLOCKING, put("Association.Properties.WebACLArn", "arn:aws:wafv2:acl")],
            id="a web ACL from outside",
        ),
        pytest.param(
            "load-balancer-checks-and-drains",
            [put("TargetGroup.Properties.Matcher", {"HttpCode": "200-499"})],
            id="errors count as healthy",
        ),
        pytest.param(
            "tasks-can-start",
            [
                put(
                    "Options",
                    {
                        "Type": "AWS::EC2::DHCPOptions",
                        "Properties": {"DomainNameServers": ["10.0.250.2"]},
                    },
                ),
                put(
                    "Association",
                    {
                        "Type": "AWS::EC2::VPCDHCPOptionsAssociation",
                        "Properties": {
                            "VpcId": {"Ref": "Vpc"},
                            "DhcpOptionsId": {"Ref": "Options"},
                        },
                    },
                ),
            ],
            id="name servers of one's own",
        ),
        pytest.param(
            "database-is-private",
            [cut("DatabaseWriter.Properties.PubliclyAccessible")],
            id="an instance that does not say whether it is public",
        ),
        pytest.param(
            "survives-task-loss",
            [put("Service.Properties.HealthCheckGracePeriodSeconds", 0)],
            id="no grace period",
        ),
        pytest.param(
            "survives-task-loss",
            [put("Service.Properties.HealthCheckGracePeriodSeconds", 86_400)],
            id="a grace period of a day",
        ),
    ],
)
def test_what_the_template_leaves_open_is_a_condition(claim: str, changes: list[Change]) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        pytest.param(
            "neighbours-can-connect",
            [*BLOCKING, put("Acl.Properties.DefaultAction", ALLOW)],
            id="a web ACL that allows",
        ),
        pytest.param(
            "neighbours-can-connect",
            [
                *RULE,
                put(
                    "Rule.Properties.Conditions",
                    [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/admin*"]}}],
                ),
            ],
            id="a rule for one path",
        ),
        pytest.param(
            "neighbours-can-connect",
            [
                put(
                    "Peering",
                    {
                        "Type": "AWS::EC2::Route",
                        "Properties": {
                            "RouteTableId": {"Ref": "PublicRouteTable"},
                            "DestinationCidrBlock": "172.16.0.0/16",
                            "VpcPeeringConnectionId": "pcx-1",
                        },
                    },
                )
            ],
            id="a route to another network",
        ),
        pytest.param(
            "database-is-private",
            [
                cut("DatabaseWriter.Properties.PubliclyAccessible"),
                put("GatewayAttachment.Properties.VpcId", "vpc-0example"),
            ],
            id="an instance in a network without an Internet gateway",
        ),
    ],
)
def test_what_does_no_harm_is_kept(claim: str, changes: list[Change]) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is Verdict.KEPT
