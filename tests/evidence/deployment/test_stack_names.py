"""Names and exports that differ between stacks, and those that the template does not show."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document, verdict_of

_CLAIM = "stacks-share-no-name"


def _export(name: object) -> Verdict:
    return verdict_of(_CLAIM, changed(real_document(), put("Outputs.VpcId.Export", {"Name": name})))


@pytest.mark.parametrize(
    "name",
    [
        {"Fn::Sub": "${EnvironmentSuffix}-vpc"},
        {"Fn::Sub": "${AWS::StackName}:vpc"},
        {"Fn::Join": ["-", ["vpc", {"Ref": "EnvironmentSuffix"}]]},
        {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]},
    ],
)
def test_export_that_differs_between_stacks_is_kept(name: object) -> None:
    assert _export(name) is Verdict.KEPT


def test_export_named_by_another_stack_is_unknown() -> None:
    assert _export({"Fn::ImportValue": "name"}) is Verdict.UNKNOWN


def test_stack_without_names_breaks_nothing() -> None:
    document = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}

    assert verdict_of("names-unique-across-regions", document) is not Verdict.BROKEN
