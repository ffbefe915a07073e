"""The experiments of a game day break no promise of the stack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import template_of
from payment_templates.evidence import Verdict, all_claims, examine

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDE = "wildcards-have-a-reason"
# The experiments make the template larger than what a request holds.
_LARGER = {"valid-template"}


def test_no_verdict_gets_worse(document: dict[str, Any]) -> None:
    before = _verdicts(build_template(PROFILES["standard"]).to_dict())

    after = _verdicts(document)

    assert {name for name, verdict in after.items() if verdict != before[name]} <= _LARGER


@pytest.mark.parametrize(
    "widen",
    [
        lambda by_sid: by_sid["CreateNetworkAcl"].pop("Condition"),
        lambda by_sid: by_sid["ChangeOwnNetworkAcl"]["Condition"].update(
            StringEquals={"ec2:ResourceTag/other": "true"}
        ),
        lambda by_sid: by_sid["ChangeOwnNetworkAcl"].update(
            Condition={"StringNotEquals": {"ec2:ResourceTag/managedByFIS": "true"}}
        ),
        lambda by_sid: by_sid["ChangeOwnNetworkAcl"].update(
            Resource=["arn:aws:ec2:us-east-1:111122223333:subnet/*"]
        ),
        lambda by_sid: by_sid["ReplaceNetworkAcl"].update(
            Resource=by_sid["ReplaceNetworkAcl"]["Resource"][-1:]
        ),
        lambda by_sid: by_sid["ReplaceNetworkAcl"].update(
            Resource=[
                "arn:aws:ec2:us-east-1:111122223333:subnet/*",
                *by_sid["ReplaceNetworkAcl"]["Resource"],
            ]
        ),
        lambda by_sid: by_sid["ReplaceNetworkAcl"]["Action"].append("ec2:DeleteNetworkAcl"),
        lambda by_sid: by_sid["Describe"]["Action"].append("ec2:DeleteNetworkAcl"),
    ],
    ids=[
        *("without the tag", "another tag", "not the tag", "another kind", "without subnets"),
        *("every subnet", "deletes too", "more than a search"),
    ],
)
def test_wider_role_is_noticed(
    document: dict[str, Any], widen: Callable[[dict[str, Any]], object]
) -> None:
    (policy,) = document["Resources"]["NatLossRole"]["Properties"]["Policies"]
    widen({it["Sid"]: it for it in policy["PolicyDocument"]["Statement"]})

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
