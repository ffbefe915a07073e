"""A name carries what a parameter puts into it, not what only looks like it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Finding, Verdict, examine
from tests.evidence.changes import changed, put
from tests.evidence.templates import CLAIMS, real_document

if TYPE_CHECKING:
    from tests.evidence.changes import Change

CARRIED, WITHIN = "names-carry-suffix", "names-within-limits"
ROLE = "TaskRole.Properties.RoleName"
TARGETS = "TargetGroup.Properties.Name"


def found(claim_id: str, *changes: Change, **parameters: str) -> Finding:
    text = json.dumps(changed(real_document(), *changes), separators=(",", ":"))
    template = parse_template(text, name="changed")
    (result,) = examine(template, parameters=parameters, claims=[CLAIMS[claim_id]]).results
    return result.finding


@pytest.mark.parametrize("suffix", ["a", "payment", "us-east-1"])
@pytest.mark.parametrize("claim_id", [CARRIED, WITHIN])
def test_suffix_that_looks_like_another_part_changes_nothing(claim_id: str, suffix: str) -> None:
    finding = found(claim_id, EnvironmentSuffix=suffix)

    assert finding.why == found(claim_id).why


def test_name_that_only_looks_like_the_suffix_does_not_carry_it() -> None:
    bare = put(ROLE, {"Fn::Sub": "payment-task-${AWS::Region}"})

    assert found(CARRIED, bare, EnvironmentSuffix="payment").verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("${AWS::StackName}-${EnvironmentSuffix}", 149),
        ("${AWS::Region}-${EnvironmentSuffix}", 36),
        ("${Free}-${EnvironmentSuffix}", 71),
        ("${Chosen}-${EnvironmentSuffix}", 33),
    ],
)
def test_name_is_measured_with_the_longest_of_each_part(name: str, length: int) -> None:
    free = put("Parameters.Free", {"Type": "String", "Default": "a", "MaxLength": 50})
    choices = {"Type": "String", "Default": "a", "AllowedValues": ["a", "twelve-chars"]}

    finding = found(
        WITHIN, free, put("Parameters.Chosen", choices), put(TARGETS, {"Fn::Sub": name})
    )

    assert finding.why == f"TargetGroup can reach {length} characters of 32"


def test_choices_that_fit_are_kept() -> None:
    choices = {"Type": "String", "Default": "a", "AllowedValues": ["a", "eleven-long"]}
    name = put(TARGETS, {"Fn::Sub": "${Chosen}-${EnvironmentSuffix}"})

    finding = found(WITHIN, put("Parameters.Chosen", choices), name)

    assert finding.verdict is Verdict.KEPT
