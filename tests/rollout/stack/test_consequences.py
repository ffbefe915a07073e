from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rollout.changes import Change, Replacement, read_changes
from payment_templates.rollout.consequences import consequence, require_allowance
from payment_templates.rollout.errors import RolloutError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ChangeTypeDef

_TEMPLATE = Path(__file__).parents[3] / "output" / "TapStack.json"
_CLUSTER = Change(
    action="Modify",
    logical_id="DatabaseCluster",
    resource_type="AWS::RDS::DBCluster",
    physical_id="payment-aurora-cluster-dev-001",
    replacement=Replacement.ALWAYS,
    policy="Delete",
    properties=("DBClusterIdentifier",),
)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (_CLUSTER, "is replaced: all data of the database is lost"),
        (replace(_CLUSTER, policy="Snapshot"), "is replaced: a final snapshot is retained"),
        (
            replace(_CLUSTER, replacement=Replacement.MAYBE),
            "may be replaced: all data of the database is lost",
        ),
        (
            replace(_CLUSTER, action="Remove", replacement=Replacement.NEVER, policy="Retain"),
            "is removed: the old one is retained outside the stack",
        ),
        (replace(_CLUSTER, resource_type="AWS::EC2::Route"), "is replaced"),
        (replace(_CLUSTER, replacement=Replacement.NEVER), ""),
    ],
    ids=["replaced", "snapshot", "maybe", "removed", "stateless", "changed in place"],
)
def test_consequence_is_described(change: Change, text: str) -> None:
    assert consequence(change) == text


def test_stateful_replacement_needs_an_allowance() -> None:
    with pytest.raises(RolloutError, match="--allow-replacement DatabaseCluster"):
        require_allowance([_CLUSTER], ["SomethingElse"])


def test_retained_resource_needs_an_allowance() -> None:
    with pytest.raises(RolloutError, match="the old one is retained"):
        require_allowance([replace(_CLUSTER, policy="Retain")], [])


@pytest.mark.parametrize(
    "resource_type",
    [
        *("AWS::CloudFormation::Stack", "AWS::Cognito::UserPool", "AWS::DynamoDB::GlobalTable"),
        *("AWS::EC2::EIP", "AWS::Neptune::DBCluster", "AWS::SNS::Topic", "AWS::SQS::Queue"),
        "Custom::Anything",
    ],
)
def test_unknown_resource_type_counts_as_stateful(resource_type: str) -> None:
    removed = replace(_CLUSTER, action="Remove", resource_type=resource_type)

    with pytest.raises(RolloutError, match="lost"):
        require_allowance([removed], [])


def test_every_resource_of_the_stack_is_known() -> None:
    template = json.loads(_TEMPLATE.read_text())

    unknown = {
        resource["Type"]
        for resource in template["Resources"].values()
        if "its data, if any" in consequence(replace(_CLUSTER, resource_type=resource["Type"]))
    }

    assert unknown == set()


def test_dynamic_change_needs_an_allowance() -> None:
    dynamic = replace(_CLUSTER, action="Dynamic", replacement=Replacement.NEVER)

    with pytest.raises(RolloutError, match="may be removed or replaced"):
        require_allowance([dynamic], [])


def test_reference_to_a_resource_that_changes_in_place_replaces_nothing() -> None:
    _, instance = read_changes([_cluster("Modify", "False"), _referring_to("DatabaseCluster")])

    assert instance.replacement is Replacement.NEVER


@pytest.mark.parametrize(
    "others",
    [
        [("Modify", "True")],
        [("Modify", "Conditional")],
        [("Add", "")],
        [("Remove", "")],
        [("Dynamic", "")],
        [],
    ],
    ids=["replaced", "perhaps replaced", "new", "removed", "not known", "not in the change set"],
)
def test_reference_to_another_resource_may_replace(others: list[tuple[str, str]]) -> None:
    *_, instance = read_changes(
        [*(_cluster(*other) for other in others), _referring_to("DatabaseCluster")]
    )

    assert instance.replacement is Replacement.MAYBE


def test_arn_of_a_resource_that_changes_in_place_replaces_nothing() -> None:
    referring: Any = _referring_to("DatabaseCluster.Arn")
    referring["ResourceChange"]["Details"][0]["ChangeSource"] = "ResourceAttribute"

    _, instance = read_changes([_cluster("Modify", "False"), referring])

    assert instance.replacement is Replacement.NEVER


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"CausingEntity": ""}, id="without a cause"),
        pytest.param({"ChangeSource": "ParameterReference"}, id="through a parameter"),
        pytest.param({"ChangeSource": "ResourceAttribute"}, id="through an attribute"),
        pytest.param({"ChangeSource": "DirectModification"}, id="itself"),
    ],
)
def test_change_with_another_source_may_replace(change: dict[str, str]) -> None:
    referring: Any = _referring_to("DatabaseCluster")
    referring["ResourceChange"]["Details"][0].update(change)

    _, instance = read_changes([_cluster("Modify", "False"), referring])

    assert instance.replacement is Replacement.MAYBE


def test_conditional_replacement_without_details_may_replace() -> None:
    (cluster,) = read_changes([_cluster("Modify", "Conditional")])

    assert cluster.replacement is Replacement.MAYBE


def _cluster(action: str, replacement: str) -> ChangeTypeDef:
    change: Any = {"Action": action, "LogicalResourceId": "DatabaseCluster"}
    if replacement:
        change["Replacement"] = replacement
    return {"ResourceChange": change}


def _referring_to(name: str) -> ChangeTypeDef:
    return {
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": "DatabaseWriter",
            "Replacement": "Conditional",
            "Details": [
                {
                    "Target": {
                        "Attribute": "Properties",
                        "Name": "DBClusterIdentifier",
                        "RequiresRecreation": "Always",
                    },
                    "Evaluation": "Dynamic",
                    "ChangeSource": "ResourceReference",
                    "CausingEntity": name,
                }
            ],
        }
    }
