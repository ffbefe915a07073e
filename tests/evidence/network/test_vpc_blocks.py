"""CIDR blocks of VPCs and subnets as AWS stores them, and those that a template does not give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.network_changes import PRIVATE, add, ref
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_CONNECT, _NEIGHBOURS, _VALID = (
    "neighbours-can-connect",
    "only-neighbours-connect",
    "valid-template",
)
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_IMPORTED = {"Fn::ImportValue": "block"}


def _block(name: str, value: object) -> Change:
    return put(f"{name}.Properties.CidrBlock", value)


@pytest.mark.parametrize("claim", [_CONNECT, _NEIGHBOURS, _VALID])
@pytest.mark.parametrize(
    "changes",
    [
        [_block("Vpc", "10.0.0.1/16")],
        [_block("PrivateSubnetA", "10.0.11.7/24")],
        [
            _block("Vpc", "10.9.0.0/16"),
            add("Further", "VPCCidrBlock", VpcId=ref("Vpc"), CidrBlock="10.0.0.9/16"),
        ],
    ],
    ids=["of the VPC", "of a subnet", "a further one"],
)
def test_block_counts_as_aws_stores_it(claim: str, changes: list[Change]) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(claim, document) is verdict_of(claim, real_document())


def test_subnets_with_equal_blocks_overlap_however_they_are_written() -> None:
    document = changed(real_document(), _block("PrivateSubnetA", "10.0.12.9/24"))

    assert verdict_of(_VALID, document) is _BROKEN


@pytest.mark.parametrize(
    ("changes", "connect", "neighbours", "valid"),
    [
        ([_block(name, _IMPORTED) for name in PRIVATE], _KEPT, _KEPT, _CONDITIONAL),
        ([_block("Vpc", _IMPORTED)], _CONDITIONAL, Verdict.UNKNOWN, _KEPT),
        (
            [add("Further", "VPCCidrBlock", VpcId=ref("Vpc"), CidrBlock=_IMPORTED)],
            *(_KEPT, _KEPT, _KEPT),
        ),
        (
            [
                _block("PrivateSubnetA", "10.9.0.0/24"),
                add("Further", "VPCCidrBlock", VpcId=ref("Vpc"), CidrBlock=_IMPORTED),
            ],
            # The rules are for the other block.
            *(_BROKEN, _KEPT, _KEPT),
        ),
        (
            [add("Further", "VPCCidrBlock", VpcId=_IMPORTED, CidrBlock="10.9.0.0/16")],
            *(_KEPT, _KEPT, _KEPT),
        ),
    ],
    ids=["of subnets", "of the VPC", "a further one", "a further one of a subnet", "of any VPC"],
)
def test_block_that_the_template_does_not_give_leaves_the_rest_known(
    changes: list[Change], connect: Verdict, neighbours: Verdict, valid: Verdict
) -> None:
    document: Json = changed(real_document(), *changes)

    assert verdict_of(_CONNECT, document) is connect
    assert verdict_of(_NEIGHBOURS, document) is neighbours
    assert verdict_of(_VALID, document) is valid
    assert verdict_of("exactly-six-tasks-wanted", document) is _KEPT
