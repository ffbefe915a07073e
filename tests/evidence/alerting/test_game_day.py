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
_REQUESTED = "aws:RequestTag/managedByFIS"
# A statement of the role, and what is changed in it.
_WIDER: dict[str, tuple[str, dict[str, Any]]] = {
    "without the tag": ("CreateNetworkAcl", {"Condition": {}}),
    "another tag": (
        "ChangeOwnNetworkAcl",
        {"Condition": {"StringEquals": {"ec2:ResourceTag/other": "true"}}},
    ),
    "not the tag": ("ChangeOwnNetworkAcl", {"Condition": {"StringNotEquals": {_TAGGED: "true"}}}),
    "tagged otherwise": (
        "ChangeOwnNetworkAcl",
        {"Condition": {"StringEquals": {_TAGGED: "false"}}},
    ),
    "tagged or not": (
        "ChangeOwnNetworkAcl",
        {"Condition": {"StringEquals": {_TAGGED: ["true", "false"]}}},
    ),
    "the tag of the request does not narrow a deletion": (
        "ChangeOwnNetworkAcl",
        {"Condition": {"StringEquals": {_REQUESTED: "true"}}},
    ),
    "the tag of the resource does not narrow a creation": (
        "CreateNetworkAcl",
        {"Condition": {"StringEquals": {_TAGGED: "true"}}},
    ),
    "tags what it did not create": (
        "TagNetworkAcl",
        {"Condition": {"StringEquals": {_REQUESTED: "true"}}},
    ),
    "tags after another action": (
        "TagNetworkAcl",
        {"Condition": {"StringEquals": {_REQUESTED: "true", "ec2:CreateAction": "CreateVpc"}}},
    ),
    "another action with the tag": ("ChangeOwnNetworkAcl", {"Action": ["ec2:DeleteTags"]}),
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


_SEARCH = {"Effect": "Allow", "Action": ["tag:GetResources"], "Resource": ["*"]}
# A role and its principal, by whom else it may be assumed.
_OTHER_PRINCIPALS: dict[str, dict[str, Any]] = {
    "another service": {"Service": "ecs-tasks.amazonaws.com"},
    "two services": {"Service": ["fis.amazonaws.com", "ecs-tasks.amazonaws.com"]},
    "an account too": {"Service": "fis.amazonaws.com", "AWS": "111122223333"},
}


@pytest.mark.parametrize("role", ["NatLossRole", "TaskLossRole", "WriterFailoverRole"])
@pytest.mark.parametrize("principal", _OTHER_PRINCIPALS.values(), ids=_OTHER_PRINCIPALS)
def test_only_fis_may_search_everything(
    document: dict[str, Any], role: str, principal: dict[str, Any]
) -> None:
    (trust,) = document["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    trust["Principal"] = principal

    assert _verdicts(document, _WIDE) == {_WIDE: Verdict.BROKEN}


@pytest.mark.parametrize(
    ("attached", "verdict"),
    [
        ({"Roles": [{"Ref": "NatLossRole"}]}, Verdict.KEPT),
        ({"Roles": [{"Ref": "NatLossRole"}, {"Ref": "ExecutionRole"}]}, Verdict.BROKEN),
        ({"Roles": [{"Ref": "NatLossRole"}], "Users": ["someone"]}, Verdict.BROKEN),
        ({"Roles": ["elsewhere"]}, Verdict.BROKEN),
    ],
    ids=["of FIS", "of a task too", "of a user too", "of an unknown role"],
)
def test_policy_is_judged_by_its_roles(
    document: dict[str, Any], attached: dict[str, Any], verdict: Verdict
) -> None:
    policy = {
        "PolicyName": "search",
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [_SEARCH]},
    }

    document["Resources"]["SearchPolicy"] = {
        "Type": "AWS::IAM::Policy",
        "Properties": policy | attached,
    }

    assert _verdicts(document, _WIDE) == {_WIDE: verdict}


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
