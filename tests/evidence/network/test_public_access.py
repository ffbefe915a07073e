"""What stops at an Internet gateway: VPC Block Public Access, and routes of the gateway."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, put
from tests.evidence.network_changes import PUBLIC, add, ref, route
from tests.evidence.templates import real_document, verdict_of

_CONNECT, _START = "neighbours-can-connect", "tasks-can-start"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_BOTH, _INGRESS = "block-bidirectional", "block-ingress"
_VPC: Json = {"VpcId": ref("Vpc")}
_PUBLIC_TASKS = (
    put("Service.Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "ENABLED"),
    put(
        "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets",
        [ref(name) for name in PUBLIC],
    ),
)


def _block(mode: str) -> Change:
    return add("Block", "VPCBlockPublicAccessOptions", InternetGatewayBlockMode=mode)


def _exclude(mode: str, **what: object) -> Change:
    kind = "VPCBlockPublicAccessExclusion"
    return add(f"Exclusion{len(str(what))}", kind, InternetGatewayExclusionMode=mode, **what)


def _exclude_public(mode: str) -> tuple[Change, ...]:
    kind = "VPCBlockPublicAccessExclusion"
    return tuple(
        add(f"Exclusion{name}", kind, InternetGatewayExclusionMode=mode, SubnetId=ref(name))
        for name in PUBLIC
    )


@pytest.mark.parametrize(
    ("changes", "requests", "start"),
    [
        ([_block(_BOTH)], _BROKEN, _BROKEN),
        # NAT gateways only open connections to the Internet.
        ([_block(_INGRESS)], _BROKEN, _KEPT),
        ([_block("off")], _KEPT, _KEPT),
        ([_exclude("allow-egress", **_VPC)], _KEPT, _KEPT),
        ([_block(_BOTH), _exclude("allow-bidirectional", **_VPC)], _KEPT, _KEPT),
        ([_block(_BOTH), _exclude("allow-egress", **_VPC)], _BROKEN, _KEPT),
        ([_block(_BOTH), _exclude("allow-bidirectional", VpcId="vpc-1")], _BROKEN, _BROKEN),
        ([_block(_BOTH), *_exclude_public("allow-bidirectional")], _KEPT, _CONDITIONAL),
        ([_block(_INGRESS), *_exclude_public("allow-bidirectional")], _KEPT, _KEPT),
        ([_block(_INGRESS), *_exclude_public("allow-egress")], _BROKEN, _KEPT),
    ],
    ids=[
        *("both", "ingress", "off", "exclusion alone", "excluded VPC", "VPC excluded for egress"),
        *("another VPC", "excluded subnets", "ingress, excluded subnets", "ingress, egress"),
    ],
)
def test_block_of_public_access_stops_what_is_not_excluded(
    changes: list[Change], requests: Verdict, start: Verdict
) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(_CONNECT, document) is requests
    assert verdict_of(_START, document) is start


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([], _KEPT),
        ([_block(_INGRESS)], _BROKEN),
        ([_block(_BOTH), _exclude("allow-egress", **_VPC)], _KEPT),
    ],
    ids=["nothing", "ingress", "excluded for egress"],
)
def test_task_with_public_address_does_not_start_behind_a_block(
    changes: list[Change], verdict: Verdict
) -> None:
    assert verdict_of(_START, changed(real_document(), *_PUBLIC_TASKS, *changes)) is verdict


def _gateway_table(*blocks: str, **target: object) -> tuple[Change, ...]:
    return (
        add("Ingress", "RouteTable", **_VPC),
        *(
            route(f"Ingress{number}", "Ingress", block, **target)
            for number, block in enumerate(blocks)
        ),
        add(
            "IngressAssociation",
            "GatewayRouteTableAssociation",
            RouteTableId=ref("Ingress"),
            GatewayId=ref("InternetGateway"),
        ),
    )


@pytest.mark.parametrize(
    ("changes", "requests", "start"),
    [
        (
            _gateway_table("10.0.1.0/24", NetworkInterfaceId="eni-0example"),
            _CONDITIONAL,
            _CONDITIONAL,
        ),
        # The subnet of the load balancer, without the NAT gateway.
        (_gateway_table("10.0.3.0/24", VpcEndpointId="vpce-0example"), _CONDITIONAL, _KEPT),
        (_gateway_table("10.0.11.0/24", NetworkInterfaceId="eni-0example"), _KEPT, _KEPT),
        (_gateway_table("10.0.0.0/16", GatewayId="local"), _KEPT, _KEPT),
    ],
    ids=["subnet of the NAT gateway", "another subnet", "private subnet", "local"],
)
def test_routes_of_gateway_need_an_appliance_that_forwards(
    changes: list[Change], requests: Verdict, start: Verdict
) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(_CONNECT, document) is requests
    assert verdict_of(_START, document) is start
