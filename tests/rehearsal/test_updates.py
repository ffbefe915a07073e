"""Change sets and events show exactly what an update changes."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks


def test_change_set_omits_resources_with_a_false_condition(aws: EmbeddedAws) -> None:
    template = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Always": _group("always"),
            "Never": {**_group("never"), "Condition": "Never"},
        },
    }

    changes = _changes(aws, template, kind="CREATE")

    assert [change["LogicalResourceId"] for change in changes] == ["Always"]


def test_stack_in_review_is_the_same_for_all_its_change_sets(aws: EmbeddedAws) -> None:
    client = aws.client("cloudformation", stacks.EAST)
    template = json.dumps({"Resources": {"Group": _group("first")}})
    given = {"StackName": "reviewed", "ChangeSetType": "CREATE"}
    first = client.create_change_set(ChangeSetName="first", TemplateBody=template, **given)
    second = client.create_change_set(ChangeSetName="second", TemplateBody=template, **given)

    with pytest.raises(ClientError):
        client.create_change_set(ChangeSetName="third", TemplateBody="{}", **given)

    listed = client.list_change_sets(StackName="reviewed")["Summaries"]
    shown = client.describe_stacks(StackName="reviewed")["Stacks"][0]
    assert {one["ChangeSetName"] for one in listed} == {"first", "second"}
    assert {first["StackId"], second["StackId"]} == {shown["StackId"]}


def test_stack_shows_the_change_set_that_created_it(aws: EmbeddedAws) -> None:
    client = aws.client("cloudformation", stacks.EAST)
    template = json.dumps({"Resources": {"Group": _group("first")}})
    created = client.create_change_set(
        StackName="made", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template
    )
    client.execute_change_set(ChangeSetName=created["Id"])

    shown = client.describe_stacks(StackName="made")["Stacks"][0]

    assert shown["ChangeSetId"] == created["Id"]


@pytest.mark.parametrize(
    ("change", "replacement"),
    [
        pytest.param({"RetentionInDays": 30}, "False", id="retention"),
        pytest.param({"LogGroupName": "other"}, "True", id="name"),
    ],
)
def test_change_set_shows_replacements(
    aws: EmbeddedAws, change: dict[str, Any], replacement: str
) -> None:
    before = _group("first")
    stacks.create(aws, {"Resources": {"Group": before}})
    after = {**before, "Properties": {**before["Properties"], **change}}

    (shown,) = _changes(aws, {"Resources": {"Group": after}}, kind="UPDATE")

    assert shown["Replacement"] == replacement


def test_events_show_only_changed_and_new_resources(aws: EmbeddedAws) -> None:
    before = {"Kept": _group("kept"), "Changed": _group("changed")}
    stacks.create(aws, {"Resources": before})
    changed = {**_group("changed"), "Properties": {"LogGroupName": "changed", "RetentionInDays": 7}}

    stacks.update(aws, {"Resources": {**before, "Changed": changed, "New": _group("new")}})

    assert _resource_events(aws) == [
        ("Changed", "UPDATE_IN_PROGRESS"),
        ("Changed", "UPDATE_COMPLETE"),
        ("New", "CREATE_IN_PROGRESS"),
        ("New", "CREATE_COMPLETE"),
    ]


def test_events_show_a_failed_update(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": {"Group": _group("kept")}})
    broken = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "kept", "Tier": 1}}

    outcome = stacks.update(aws, {"Resources": {"Group": broken}})

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert ("Group", "UPDATE_FAILED") in _resource_events(aws)


def _group(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": name, "RetentionInDays": 14},
    }


def _changes(aws: EmbeddedAws, template: Mapping[str, Any], *, kind: str) -> list[dict[str, Any]]:
    client = aws.client("cloudformation", stacks.EAST)
    request = stacks.request(template, {})
    identity = client.create_change_set(
        StackName="payment", ChangeSetName="it", ChangeSetType=kind, **request
    )["Id"]
    changes = client.describe_change_set(ChangeSetName=identity)["Changes"]
    return [change["ResourceChange"] for change in changes]


def _resource_events(aws: EmbeddedAws) -> list[tuple[str, str]]:
    """Return the resource events of the last update, oldest first."""
    client = aws.client("cloudformation", stacks.EAST)
    events = client.describe_stack_events(StackName="payment")["StackEvents"]
    found: list[tuple[str, str]] = []
    for event in events:
        of_stack = event["PhysicalResourceId"] == event["StackId"]
        if of_stack and event["ResourceStatus"] == "UPDATE_IN_PROGRESS":
            break
        if not of_stack:
            found.append((event["LogicalResourceId"], event["ResourceStatus"]))
    return found[::-1]
