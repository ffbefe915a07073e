"""Network ACLs block requests, queries and the start of tasks, or might do so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.mutations.endpoints import endpoints_alone
from tests.evidence.network_changes import DATABASE, PRIVATE, PUBLIC, add, database_subnets, ref
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_CONNECT, _START = "neighbours-can-connect", "tasks-can-start"
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_DEFAULT = {"Fn::GetAtt": ["Vpc", "DefaultNetworkAcl"]}


def _entry(
    number: int, action: str, *, outward: bool = False, acl: object = None, **other: object
) -> Change:
    fields = {"Protocol": -1, "CidrBlock": "0.0.0.0/0", **other}
    return add(
        f"Entry{number}{action}{outward}",
        "NetworkAclEntry",
        NetworkAclId=acl or ref("Acl"),
        RuleNumber=number,
        RuleAction=action,
        Egress=outward,
        **fields,
    )


def _attach(*subnets: str, acl: str = "Acl") -> tuple[Change, ...]:
    return (
        add(acl, "NetworkAcl", VpcId=ref("Vpc")),
        *(
            add(
                f"{acl}{name}",
                "SubnetNetworkAclAssociation",
                NetworkAclId=ref(acl),
                SubnetId=ref(name),
            )
            for name in subnets
        ),
    )


def _tcp(number: int, first: int, last: int = 0, *, outward: bool = False) -> Change:
    ports = {"From": first, "To": last or first}
    return _entry(number, "allow", outward=outward, Protocol=6, PortRange=ports)


_OPEN = (_entry(100, "allow"), _entry(100, "allow", outward=True))
_HTTPS: Json = {"Protocol": 6, "PortRange": {"From": 443, "To": 443}}
_MOVED = database_subnets()


@pytest.mark.parametrize(
    ("claim", "changes", "verdict"),
    [
        pytest.param(_CONNECT, _MOVED, _KEPT, id="subnets of its own"),
        pytest.param(_CONNECT, [*_MOVED, *_attach(*DATABASE)], _BROKEN, id="no entry"),
        pytest.param(_CONNECT, [*_MOVED, *_attach(*DATABASE), *_OPEN], _KEPT, id="all allowed"),
        pytest.param(
            _CONNECT,
            [
                *(*_MOVED, *_attach(*DATABASE)),
                *(_entry(100, "allow", **_HTTPS), _entry(100, "allow", outward=True)),
            ],
            _BROKEN,
            id="another port allowed",
        ),
        pytest.param(
            _CONNECT,
            [*_MOVED, *_attach(*DATABASE), *_OPEN, _entry(50, "deny", CidrBlock="10.0.11.0/24")],
            _BROKEN,
            id="a subnet denied first",
        ),
        pytest.param(
            _CONNECT,
            [*_MOVED, *_attach(*DATABASE), *_OPEN, _entry(50, "deny", CidrBlock="10.0.11.0/25")],
            _CONDITIONAL,
            id="a part of a subnet denied first",
        ),
        pytest.param(
            _CONNECT,
            [*_MOVED, *_attach(*DATABASE), *_OPEN, _entry(50, "deny", CidrBlock="10.0.1.0/24")],
            _KEPT,
            id="a subnet of the load balancer denied first",
        ),
        pytest.param(
            _CONNECT,
            [
                *(*_MOVED, *_attach(*DATABASE)),
                *(_tcp(100, 5432), _tcp(100, 32768, 61000, outward=True)),
            ],
            _KEPT,
            id="only queries and answers",
        ),
        pytest.param(
            _CONNECT,
            [
                *(*_MOVED, *_attach(*DATABASE)),
                *(_tcp(100, 5432), _tcp(100, 40000, 61000, outward=True)),
            ],
            _CONDITIONAL,
            id="some answers",
        ),
        pytest.param(
            _CONNECT,
            [*_MOVED, *_attach(*DATABASE), _tcp(100, 5432), _tcp(100, 443, outward=True)],
            _BROKEN,
            id="no answers",
        ),
        pytest.param(
            _CONNECT,
            [
                *(*_MOVED, *_attach(*DATABASE), *_OPEN),
                _entry(50, "deny", Protocol=17, PortRange={"From": 0, "To": 65535}),
            ],
            _KEPT,
            id="another protocol denied",
        ),
    ],
)
def test_access_list_of_database_blocks_queries(
    claim: str, changes: list[Change], verdict: Verdict
) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is verdict


# Of the VPC: its rule 100 allows everything, in both directions.
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (_entry(1, "deny", acl=_DEFAULT), _BROKEN),
        (_entry(99, "deny", acl=_DEFAULT, outward=True), _BROKEN),
        (_entry(101, "deny", acl=_DEFAULT), _KEPT),
        (_entry(1, "allow", acl=_DEFAULT), _KEPT),
        (_entry(1, "deny", acl=_DEFAULT, CidrBlock="203.0.113.0/24"), _CONDITIONAL),
        (_entry(1, "deny", acl={"Fn::GetAtt": ["Other", "DefaultNetworkAcl"]}), _KEPT),
    ],
    ids=["in", "out", "after rule 100", "allowed again", "some addresses", "another VPC"],
)
@pytest.mark.parametrize("claim", [_CONNECT, _START])
def test_entry_in_default_access_list_counts(claim: str, change: Change, verdict: Verdict) -> None:
    document = changed(real_document(), add("Other", "VPC", CidrBlock="10.9.0.0/16"), change)

    assert verdict_of(claim, document) is verdict


def test_default_access_list_does_not_count_for_subnets_with_another() -> None:
    document = changed(real_document(), _entry(1, "deny", acl=_DEFAULT), *_attach(*PRIVATE), *_OPEN)

    assert verdict_of("database-is-private", document) is _KEPT
    # The public subnets still have it.
    assert verdict_of(_CONNECT, document) is _BROKEN


@pytest.mark.parametrize("order", [1, -1])
def test_which_of_two_access_lists_counts_is_not_known(order: int) -> None:
    closed, open_ = _attach("PrivateSubnetA", acl="Closed"), [*_attach("PrivateSubnetA"), *_OPEN]
    both = [closed, open_][::order]

    document = changed(real_document(), *both[0], *both[1])

    assert verdict_of(_CONNECT, document) is _CONDITIONAL


def test_entry_for_ipv6_does_not_decide_ipv4() -> None:
    first = _entry(1, "deny", Ipv6CidrBlock="::/0", CidrBlock={"Ref": "AWS::NoValue"})

    document = changed(real_document(), *_attach(*PRIVATE), *_OPEN, first)

    assert verdict_of(_CONNECT, document) is _KEPT


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([], _KEPT),
        (_attach("PublicSubnetA"), _BROKEN),
        ([*_attach("PublicSubnetA"), *_OPEN], _KEPT),
        (
            [*_attach("PublicSubnetA"), *_OPEN, _entry(50, "deny", CidrBlock="10.0.11.0/24")],
            _BROKEN,
        ),
        ([*_attach("PublicSubnetA"), _tcp(1, 443), _tcp(1, 1024, 65535, outward=True)], _KEPT),
    ],
    ids=["default", "no entry", "all allowed", "a subnet denied first", "only calls"],
)
def test_access_list_of_endpoints_counts_for_tasks(changes: list[Change], verdict: Verdict) -> None:
    endpoints = endpoints_alone({"SubnetIds": [ref("PublicSubnetA")]})

    assert verdict_of(_START, changed(real_document(), *endpoints, *changes)) is verdict


@pytest.mark.parametrize(
    ("block", "verdict"),
    [("10.0.0.0/16", _BROKEN), ("128.0.0.0/1", _CONDITIONAL), ("0.0.0.0/0", _KEPT)],
)
def test_start_of_a_task_that_replaces_another_has_the_same_conditions(
    block: str, verdict: Verdict
) -> None:
    document = changed(
        real_document(),
        *_attach(*PRIVATE),
        _entry(100, "allow"),
        _entry(100, "allow", outward=True, CidrBlock=block),
    )

    assert verdict_of(_START, document) is verdict
    assert verdict_of("survives-task-loss", document) is verdict


# In and out of the public subnets: clients, health checks, and the traffic of the NAT gateway.
_PUBLIC_IN = (_tcp(90, 80), _tcp(91, 443), _tcp(100, 1024, 65535))
_PUBLIC_OUT = (_tcp(90, 443, outward=True), _tcp(100, 1024, 65535, outward=True))


@pytest.mark.parametrize(
    ("entries", "connect", "start"),
    [
        ((*_PUBLIC_IN, *_PUBLIC_OUT), _KEPT, _KEPT),
        # The NAT gateway does not reach AWS's services.
        ((*_PUBLIC_IN, _PUBLIC_OUT[1]), _KEPT, _BROKEN),
        # From tasks to the NAT gateway, and from clients of a load balancer with a certificate.
        ((_PUBLIC_IN[0], _PUBLIC_IN[2], *_PUBLIC_OUT), _BROKEN, _BROKEN),
        ((*_PUBLIC_IN[1:], *_PUBLIC_OUT), _BROKEN, _KEPT),
        ((*_PUBLIC_IN[:2], _tcp(100, 49152, 65535), *_PUBLIC_OUT), _CONDITIONAL, _CONDITIONAL),
        ((*_PUBLIC_IN[:2], *_PUBLIC_OUT), _BROKEN, _BROKEN),
        ((*_PUBLIC_IN, _PUBLIC_OUT[0]), _BROKEN, _BROKEN),
        ((*_OPEN, _entry(50, "deny", CidrBlock="203.0.113.0/24")), _CONDITIONAL, _CONDITIONAL),
        ((*_OPEN, _entry(50, "deny", CidrBlock="192.168.0.0/16")), _KEPT, _KEPT),
        ((*_OPEN, _entry(50, "deny", CidrBlock="169.254.0.0/16")), _KEPT, _KEPT),
        ((*_OPEN, _entry(50, "deny", CidrBlock="127.0.0.0/8")), _KEPT, _KEPT),
        ((*_OPEN, _entry(50, "deny", CidrBlock="224.0.0.0/3")), _KEPT, _KEPT),
        ((*_OPEN, _entry(50, "deny", CidrBlock="126.0.0.0/7")), _CONDITIONAL, _CONDITIONAL),
    ],
    ids=[
        *("what is needed", "no egress", "no HTTPS", "no HTTP", "some answers", "no answers in"),
        *("no answers out", "some clients", "other private addresses", "link-local", "of a host"),
        *("multicast and reserved", "of a host and more"),
    ],
)
def test_access_list_of_the_public_subnets(
    entries: tuple[Change, ...], connect: Verdict, start: Verdict
) -> None:
    document = changed(real_document(), *_attach(*PUBLIC), *entries)

    assert verdict_of(_CONNECT, document) is connect
    assert verdict_of(_START, document) is start


@pytest.mark.parametrize("name", ["CidrBlock", "Protocol", "RuleAction", "RuleNumber", "Egress"])
def test_value_that_the_template_does_not_give_leaves_the_rest_known(name: str) -> None:
    unknown = put(f"Entry100allowFalse.Properties.{name}", {"Fn::ImportValue": "entry"})
    document = changed(real_document(), *_attach(*PRIVATE), *_OPEN, unknown)

    assert verdict_of(_CONNECT, document) is _CONDITIONAL
    assert verdict_of("exactly-six-tasks-wanted", document) is _KEPT


@pytest.mark.parametrize(
    ("entries", "broken"),
    [
        (_OPEN, False),
        ((*_OPEN, _entry(100, "deny")), True),
        ((_entry(32767, "allow"),), True),
        ((_entry(100, "allow", acl=_DEFAULT),), True),
        ((_entry(101, "allow", acl=_DEFAULT),), False),
        ((_entry(101, "allow", Protocol=6),), True),
        ((_entry(101, "allow", Protocol=1),), True),
        ((_entry(101, "allow", Protocol=1, Icmp={"Type": -1, "Code": -1}),), False),
        # All types, whatever the entry says.
        ((_entry(101, "allow", Protocol=58),), False),
        ((_entry(101, "allow", CidrBlock={"Ref": "AWS::NoValue"}),), True),
    ],
    ids=[
        *("one each way", "two of a number", "reserved", "of the default entry", "after it"),
        *("without ports", "without ICMP types", "ICMP", "ICMPv6", "without addresses"),
    ],
)
def test_entry_has_a_number_and_ports(entries: tuple[Change, ...], *, broken: bool) -> None:
    document = changed(real_document(), *_attach(*PRIVATE), *entries)

    assert (verdict_of("valid-template", document) is _BROKEN) is broken
