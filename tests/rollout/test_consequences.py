from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.changes import Change, Replacement, read_changes
from payment_templates.rollout.stack.consequences import consequence, require_allowance

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ChangeTypeDef

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
    ("change", "words"),
    [
        (_CLUSTER, "is replaced: all data of the database is lost"),
        (replace(_CLUSTER, policy="Snapshot"), "is replaced: a last snapshot stays"),
        (
            replace(_CLUSTER, replacement=Replacement.MAYBE),
            "may be replaced: all data of the database is lost",
        ),
        (
            replace(_CLUSTER, action="Remove", replacement=Replacement.NEVER, policy="Retain"),
            "is removed: the old one stays, outside the stack",
        ),
        (replace(_CLUSTER, resource_type="AWS::EC2::Route"), "is replaced"),
        (replace(_CLUSTER, replacement=Replacement.NEVER), ""),
    ],
    ids=["replaced", "snapshot", "maybe", "removed", "stateless", "changed in place"],
)
def test_consequence_is_said_in_words(change: Change, words: str) -> None:
    assert consequence(change) == words


def test_stateful_replacement_needs_its_name() -> None:
    with pytest.raises(RolloutError, match="--allow-replacement DatabaseCluster"):
        require_allowance([_CLUSTER], ["SomethingElse"])


def test_kept_resource_needs_its_name_too() -> None:
    with pytest.raises(RolloutError, match="the old one stays"):
        require_allowance([replace(_CLUSTER, policy="Retain")], [])


def test_reference_to_a_resource_that_stays_replaces_nothing() -> None:
    (instance,) = read_changes([_referring_to("DatabaseCluster")])

    assert instance.replacement is Replacement.NEVER


def test_reference_to_a_replaced_resource_may_replace() -> None:
    cluster: ChangeTypeDef = {
        "ResourceChange": {
            "Action": "Modify",
            "LogicalResourceId": "DatabaseCluster",
            "Replacement": "True",
        }
    }

    _, instance = read_changes([cluster, _referring_to("DatabaseCluster")])

    assert instance.replacement is Replacement.MAYBE


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
