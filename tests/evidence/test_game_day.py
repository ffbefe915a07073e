"""The experiments of a game day break no promise of the stack."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import template_of
from payment_templates.evidence import Verdict, all_claims, examine

_WIDE = "wildcards-have-a-reason"
# The experiments make the template larger than what a request holds.
_LARGER = {"valid-template"}


def test_no_verdict_gets_worse(document: dict[str, Any]) -> None:
    before = _verdicts(build_template(PROFILES["standard"]).to_dict())

    after = _verdicts(document)

    assert {name for name, verdict in after.items() if verdict != before[name]} <= _LARGER


_EVERY_SUBNET = "arn:aws:ec2:us-east-1:111122223333:subnet/*"
_EVERY_ACL = "arn:aws:ec2:us-east-1:111122223333:network-acl/*"
_TAGGED = "ec2:ResourceTag/managedByFIS"
# A statement of the role, and what is changed in it.
_WIDER: dict[str, tuple[str, dict[str, Any]]] = {
    "without the tag": ("CreateNetworkAcl", {"Condition": {}}),
    "another tag": (
        "ChangeOwnNetworkAcl",
        {"Condition": {"StringEquals": {"ec2:ResourceTag/other": "true"}}},
    ),
    "not the tag": ("ChangeOwnNetworkAcl", {"Condition": {"StringNotEquals": {_TAGGED: "true"}}}),
    "another kind": ("ChangeOwnNetworkAcl", {"Resource": [_EVERY_SUBNET]}),
    "without subnets": ("ReplaceNetworkAcl", {"Resource": [_EVERY_ACL]}),
    "every subnet": ("ReplaceNetworkAcl", {"Resource": [_EVERY_SUBNET, _EVERY_ACL]}),
    "deletes too": (
        "ReplaceNetworkAcl",
        {"Action": ["ec2:ReplaceNetworkAclAssociation", "ec2:DeleteNetworkAcl"]},
    ),
    "more than a search": ("Describe", {"Action": ["ec2:DescribeVpcs", "ec2:DeleteNetworkAcl"]}),
}


@pytest.mark.parametrize(("sid", "change"), _WIDER.values(), ids=_WIDER)
def test_wider_role_is_noticed(document: dict[str, Any], sid: str, change: dict[str, Any]) -> None:
    (policy,) = document["Resources"]["NatLossRole"]["Properties"]["Policies"]
    by_sid = {it["Sid"]: it for it in policy["PolicyDocument"]["Statement"]}

    by_sid[sid].update(change)

    assert _verdicts(document, _WIDE) == {_WIDE: Verdict.BROKEN}


def test_role_is_narrow_enough(document: dict[str, Any]) -> None:
    assert _verdicts(document, _WIDE) == {_WIDE: Verdict.KEPT}


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = build_template(replace(PROFILES["standard"], game_day=True)).to_dict()
    return found


def _verdicts(document: dict[str, Any], *names: str) -> dict[str, Verdict]:
    claims = [it for it in all_claims() if not names or it.id in names]
    found = examine(template_of(document), claims=claims)
    return {it.claim.id: it.finding.verdict for it in found.results}
