"""The comparison of two templates agrees with the change sets of the embedded AWS."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from payment_templates.cloudformation import parse_template, references_in
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.report.comparison import Effect
from payment_templates.report.comparison.comparison import compare_resources
from tests.evidence.changes import changed
from tests.evidence.templates import real_document
from tests.report.test_comparison import CASES, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.report.comparison.change import ResourceChange

STACK = "payment-dev-001"
VALUES = {"EnvironmentSuffix": "dev-001", "AlertEmail": "on-call@example.com"}
# What a change set says of a resource: its action and whether it is replaced.
SAID = {
    Effect.ADDED: ("Add", None),
    Effect.REMOVED: ("Remove", None),
    Effect.IN_PLACE: ("Modify", "False"),
    Effect.INTERRUPTION: ("Modify", "False"),
    Effect.MAY_REPLACE: ("Modify", "Conditional"),
    Effect.REPLACED: ("Modify", "True"),
    # A change set shows the replacement; its execution is refused.
    Effect.REFUSED: ("Modify", "True"),
}
# CloudFormation makes no change set for it.
IMPOSSIBLE = {"type of a resource"}


@pytest.fixture(scope="module")
def client(running_aws: EmbeddedAws) -> Any:  # noqa: ANN401 - a client.
    """A client of an account in which the product is deployed."""
    made = replace(running_aws, account="220000000000").client("cloudformation", REGION)
    made.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(real_document(), separators=(",", ":")),
        Parameters=PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    made.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
    )
    return made


PARAMETERS = [{"ParameterKey": name, "ParameterValue": text} for name, text in VALUES.items()]


def change_set(client: Any, document: Mapping[str, Any]) -> dict[str, tuple[str, str | None]]:  # noqa: ANN401 - a client.
    made = client.create_change_set(
        StackName=STACK,
        ChangeSetName="comparison",
        TemplateBody=json.dumps(document, separators=(",", ":")),
        Parameters=PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    described = client.describe_change_set(ChangeSetName=made["Id"])
    client.delete_change_set(ChangeSetName=made["Id"])
    found = [it["ResourceChange"] for it in described["Changes"]]
    return {it["LogicalResourceId"]: (it["Action"], it.get("Replacement")) for it in found}


@pytest.mark.faults
@pytest.mark.parametrize("name", sorted({*CASES} - IMPOSSIBLE))
def test_comparison_agrees_with_the_change_set(client: Any, name: str) -> None:  # noqa: ANN401 - a client.
    document = changed(real_document(), CASES[name][0])
    old, new = (parse_template(json.dumps(it)) for it in (real_document(), document))
    ours = {
        it.logical_id: said(it)
        for it in compare_resources(old, new, REGION, VALUES)
        # A parameter that is not given takes the new default.
        if (not it.when or it.when.endswith("takes its new default"))
        # A change set does not list what stays, such as a target group of a new load balancer.
        and (it.effect is not Effect.REFUSED or it.properties)
    }

    theirs = change_set(client, document)

    assert ours.keys() <= theirs.keys()
    by_attribute = dependent(document, {*theirs})
    # A change set counts every attribute of a changed resource as changed, until it is executed:
    # CloudFormation User Guide, "ResourceChange", evaluation "Dynamic".
    assert theirs.keys() - ours.keys() <= by_attribute
    differing = {one for one in ours if ours[one] != theirs[one]}
    assert {(ours[one][1], theirs[one][1]) for one in differing} <= {("Conditional", "True")}
    assert differing <= by_attribute


def said(change: ResourceChange) -> tuple[str, str | None]:
    """Return what a change set says of a change."""
    schema = resource_schema(change.type, REGION)
    create_only = {*(schema.create_only if schema else ())}
    if change.effect is Effect.REFUSED and not any(
        it.path.partition("[")[0] in create_only for it in change.properties
    ):
        # An update in place by the schema, which the service refuses when it is executed.
        return SAID[Effect.IN_PLACE]
    return SAID[change.effect]


def dependent(document: Mapping[str, Any], changed_ones: set[str]) -> set[str]:
    """Return the resources that read an attribute of a changed one, and what refers to them."""
    found: set[str] = set()
    while True:
        further = {
            name
            for name in changed_ones
            if reads_attribute(document, name, changed_ones) or refers(document, name, found)
        }
        if further <= found:
            return found
        found |= further


def reads_attribute(document: Mapping[str, Any], name: str, others: set[str]) -> bool:
    properties = document["Resources"].get(name, {}).get("Properties", {})
    named = {one["Fn::GetAtt"][0] for one in objects_in(properties) if "Fn::GetAtt" in one}
    text = json.dumps(properties)
    return bool(others & named) or any(f"${{{other}." in text for other in others)


def refers(document: Mapping[str, Any], name: str, others: set[str]) -> bool:
    return bool(others & {*references_in(document["Resources"].get(name, {}))})


def objects_in(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        table = cast("dict[str, Any]", node)
        yield table
        node = list(table.values())
    if isinstance(node, list):
        for entry in cast("list[object]", node):
            yield from objects_in(entry)
