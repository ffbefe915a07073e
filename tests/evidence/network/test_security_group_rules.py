"""The rules of a security group are united, with the blocks of the prefix lists that they name."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from payment_templates.evidence.topology.network.address_blocks import cover
from tests.evidence.changes import Change, Json, append, changed, cut, put
from tests.evidence.network_changes import PRIVATE, add, ref
from tests.evidence.templates import real_document, verdict_of

_CONNECT, _START = "neighbours-can-connect", "tasks-can-start"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_INTO_DATABASE = "DatabaseSecurityGroup.Properties.SecurityGroupIngress"
_OF_TASKS = "ApplicationSecurityGroup.Properties.SecurityGroupEgress"
_INTO_BALANCER = "LoadBalancerSecurityGroup.Properties.SecurityGroupIngress"
_HALVES = ("0.0.0.0/1", "128.0.0.0/1")
_CLIENTS = (80, 443)
_SUBNETS = ("10.0.11.0/24", "10.0.12.0/24", "10.0.13.0/24")


def _rules(port: int, *blocks: str) -> list[Json]:
    return [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": block} for block in blocks
    ]


def _listed(port: int, side: str, prefix_list: object) -> list[Json]:
    ports = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    return [{**ports, f"{side}PrefixListId": prefix_list}]


def _list(*blocks: str) -> Change:
    entries = [{"Cidr": block} for block in blocks]
    return add("List", "PrefixList", PrefixListName="x", AddressFamily="IPv4", Entries=entries)


def _for_clients(prefix_list: object) -> list[Json]:
    return [rule for port in _CLIENTS for rule in _listed(port, "Source", prefix_list)]


_OF_QUERIES = _listed(5432, "Source", ref("List"))


@pytest.mark.parametrize(
    ("peers", "blocks", "covered"),
    [
        (_HALVES, ("0.0.0.0/0",), True),
        (_HALVES[:1], ("0.0.0.0/0",), False),
        (_SUBNETS, _SUBNETS, True),
        (_SUBNETS[:2], _SUBNETS, False),
        (("10.0.12.0/24", "10.0.13.0/24"), ("10.0.12.0/23",), True),
        (("::/0", "pl-1", "sg-1"), ("10.0.0.0/24",), False),
        (("0.0.0.0/0",), (), True),
        ((), (), False),
    ],
)
def test_blocks_cover_together(
    peers: tuple[str, ...], blocks: tuple[str, ...], *, covered: bool
) -> None:
    assert cover(peers, blocks) is covered


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([put(_INTO_DATABASE, _rules(5432, *_SUBNETS))], _KEPT),
        ([put(_INTO_DATABASE, _rules(5432, *_SUBNETS[:2]))], _BROKEN),
        ([put(_OF_TASKS, _rules(443, "0.0.0.0/0") + _rules(5432, *_SUBNETS))], _KEPT),
        ([put(_OF_TASKS, _rules(443, "0.0.0.0/0") + _rules(5432, *_SUBNETS[:2]))], _BROKEN),
        ([put(_INTO_BALANCER, _rules(80, *_HALVES) + _rules(443, *_HALVES))], _KEPT),
        ([put(_INTO_BALANCER, _rules(80, *_HALVES[:1]) + _rules(443, *_HALVES[1:]))], _BROKEN),
        ([_list("10.0.0.0/16"), put(_INTO_DATABASE, _OF_QUERIES)], _KEPT),
        ([_list(*_SUBNETS), put(_INTO_DATABASE, _OF_QUERIES)], _KEPT),
        (
            [_list("10.9.0.0/16"), put(_INTO_DATABASE, _OF_QUERIES)],
            _BROKEN,
        ),
        ([put(_INTO_DATABASE, _listed(5432, "Source", "pl-0example"))], _CONDITIONAL),
        ([put(_INTO_DATABASE, _listed(5433, "Source", "pl-0example"))], _BROKEN),
        ([_list(*_HALVES), put(_INTO_BALANCER, _for_clients(ref("List")))], _KEPT),
        ([put(_INTO_BALANCER, _for_clients("pl-0example"))], _CONDITIONAL),
        (
            [
                cut("RequestsIngress.Properties.SourceSecurityGroupId"),
                put("RequestsIngress.Properties.SourcePrefixListId", "pl-0example"),
            ],
            _CONDITIONAL,
        ),
    ],
    ids=[
        *("queries of three subnets", "queries of two", "to three subnets", "to two"),
        *("halves of the Internet", "a half for each listener"),
        *("own list", "own list of subnets", "own list of others", "a list elsewhere"),
        *("a list for another port", "clients by own list", "clients by a list"),
        "requests by a list",
    ],
)
def test_rules_of_a_group_admit_together(changes: list[Change], verdict: Verdict) -> None:
    assert verdict_of(_CONNECT, changed(real_document(), *changes)) is verdict


@pytest.mark.parametrize(
    ("prefix_list", "blocks", "verdict"),
    [
        (ref("List"), _HALVES, _KEPT),
        (ref("List"), _HALVES[:1], _BROKEN),
        ("pl-0example", (), _CONDITIONAL),
    ],
    ids=["own list", "own list of a half", "a list elsewhere"],
)
def test_egress_of_tasks_may_be_a_prefix_list(
    prefix_list: object, blocks: tuple[str, ...], verdict: Verdict
) -> None:
    rules = _listed(443, "Destination", prefix_list) + _rules(5432, "10.0.0.0/16")

    document = changed(real_document(), _list(*blocks), put(_OF_TASKS, rules))

    assert verdict_of(_START, document) is verdict


@pytest.mark.parametrize(
    ("block", "verdict"), [("10.0.0.0/16", _BROKEN), ("203.0.113.0/24", _BROKEN)]
)
def test_own_prefix_list_opens_the_database(block: str, verdict: Verdict) -> None:
    document = changed(real_document(), _list(block), append(_INTO_DATABASE, _OF_QUERIES[0]))

    assert verdict_of("only-neighbours-connect", document) is verdict


def test_load_balancer_may_be_open_to_a_prefix_list_of_the_stack() -> None:
    document = changed(
        real_document(), _list(*_HALVES), put(_INTO_BALANCER, _for_clients(ref("List")))
    )

    assert verdict_of("only-neighbours-connect", document) is _KEPT


def _from_a_pool(*names: str) -> list[Change]:
    return [
        change
        for name in names
        for change in (
            cut(f"{name}.Properties.CidrBlock"),
            put(f"{name}.Properties.Ipv4IpamPoolId", "ipam-pool-0123456789abcdef0"),
            put(f"{name}.Properties.Ipv4NetmaskLength", 24),
        )
    ]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        # The subnets are in the VPC, whatever their addresses are.
        pytest.param([], _KEPT, id="the block of the VPC"),
        pytest.param(
            [put(_OF_TASKS, _rules(5432, "10.0.0.0/20"))], Verdict.UNKNOWN, id="a part of the VPC"
        ),
        pytest.param(
            [put("Vpc.Properties.CidrBlock", {"Fn::ImportValue": "block"})],
            Verdict.UNKNOWN,
            id="the VPC's block is not given",
        ),
        pytest.param([put(_OF_TASKS, _rules(5432, "0.0.0.0/0"))], _KEPT, id="every address"),
        pytest.param([put(_INTO_DATABASE, [])], _BROKEN, id="no rule"),
    ],
)
def test_subnets_with_addresses_of_a_pool_leave_rules_for_blocks_unknown(
    changes: list[Change], verdict: Verdict
) -> None:
    document = changed(real_document(), *_from_a_pool(*PRIVATE), *changes)

    assert verdict_of(_CONNECT, document) is verdict


_VPC_BLOCK = {"Fn::GetAtt": ["Vpc", "CidrBlock"]}
_POOLED_VPC = (
    cut("Vpc.Properties.CidrBlock"),
    put("Vpc.Properties.Ipv4IpamPoolId", "ipam-pool-0123456789abcdef0"),
    put("Vpc.Properties.Ipv4NetmaskLength", 16),
)


@pytest.mark.parametrize(
    ("blocks", "verdict"),
    [
        pytest.param([_VPC_BLOCK], _KEPT, id="of the VPC"),
        pytest.param(
            [{"Fn::GetAtt": [name, "CidrBlock"]} for name in PRIVATE], _KEPT, id="of each subnet"
        ),
        pytest.param(
            [{"Fn::GetAtt": [name, "CidrBlock"]} for name in PRIVATE[:2]], _BROKEN, id="of two"
        ),
    ],
)
def test_rule_may_take_its_block_from_an_attribute(blocks: list[str], verdict: Verdict) -> None:
    rules = _rules(443, "0.0.0.0/0") + _rules(5432, *blocks)

    document = changed(real_document(), put(_OF_TASKS, rules))

    assert verdict_of(_CONNECT, document) is verdict
    assert verdict_of("only-neighbours-connect", document) is _KEPT


def test_rule_may_take_its_port_from_the_database() -> None:
    port = {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Port"]}
    rule = {**_rules(5432, "10.0.0.0/16")[0], "FromPort": port, "ToPort": port}

    document = changed(real_document(), put(_OF_TASKS, [*_rules(443, "0.0.0.0/0"), rule]))

    assert verdict_of(_CONNECT, document) is _KEPT
    assert verdict_of("only-neighbours-connect", document) is _KEPT


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param([], _BROKEN, id="of no VPC"),
        pytest.param(
            [add("More", "VPCCidrBlock", VpcId=ref("Vpc"), CidrBlock="10.7.0.0/16")],
            _KEPT,
            id="of the VPC",
        ),
        pytest.param(
            [add("More", "VPCCidrBlock", VpcId=ref("Vpc"), Ipv4IpamPoolId="ipam-pool-0example")],
            Verdict.UNKNOWN,
            id="maybe of a pool",
        ),
        pytest.param(_POOLED_VPC, Verdict.UNKNOWN, id="maybe of the VPC's pool"),
    ],
)
def test_egress_to_a_further_block(changes: list[Change], verdict: Verdict) -> None:
    document = changed(real_document(), append(_OF_TASKS, _rules(5432, "10.7.0.0/16")[0]), *changes)

    assert verdict_of("only-neighbours-connect", document) is verdict


def test_addresses_of_a_pool_do_not_matter_to_a_port_that_every_address_may_have() -> None:
    rules = _rules(443, "0.0.0.0/0") + _rules(443, "10.7.0.0/16")

    document = changed(real_document(), *_POOLED_VPC, put(_OF_TASKS, rules))

    assert verdict_of("only-neighbours-connect", document) is _KEPT


def test_subnets_with_blocks_in_a_network_from_a_pool_are_a_condition() -> None:
    assert verdict_of(_CONNECT, changed(real_document(), *_POOLED_VPC)) is _CONDITIONAL
