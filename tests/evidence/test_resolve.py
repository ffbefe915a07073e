"""An expression becomes what CloudFormation makes of it, or an error with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import EvidenceError, parse_template
from payment_templates.evidence.resolve.combinations import stacks_of
from payment_templates.evidence.resolve.regions import ZONES, other_region, partition_of
from payment_templates.evidence.resolve.stack import resolve_stack
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Stack
    from tests.evidence.changes import Json

THING = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "thing"}}


def stack_of(document: Json, region: str = "us-east-1", **parameters: str) -> Stack:
    template = parse_template(json.dumps(document), name="template")
    return resolve_stack(template, region=region, parameters=parameters)


def resolved(expression: object, **sections: object) -> str:
    """Resolve one expression beside a resource named Thing; give it as text."""
    document = {
        **sections,
        "Resources": {"Thing": THING, "It": {"Type": "T", "Properties": {"P": expression}}},
    }
    return str(stack_of(document).resources["It"].fields.get("P"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "Thing"}, "${Thing}"),
        ({"Fn::GetAtt": ["Thing", "TopicArn"]}, "${Thing.TopicArn}"),
        ({"Fn::GetAtt": "Thing.TopicArn"}, "${Thing.TopicArn}"),
        ({"Fn::Sub": "a-${AWS::Region}-${!literal}"}, "a-us-east-1-${literal}"),
        ({"Fn::Sub": ["${name}-${Thing}", {"name": "n"}]}, "n-${Thing}"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Thing"}, 3]]}, "a/${Thing}/3"),
        ({"Fn::Select": [1, {"Fn::GetAZs": ""}]}, "us-east-1b"),
        ({"Fn::Select": [2, {"Fn::Cidr": ["10.0.0.0/16", 3, 8]}]}, "10.0.2.0/24"),
        ({"Fn::Select": [1, {"Fn::Split": ["|", "a|b"]}]}, "b"),
        ({"Fn::Base64": "a"}, "YQ=="),
        ({"Ref": "AWS::NotificationARNs"}, "[]"),
        ({"Fn::Select": ["0", {"Fn::GetAZs": "eu-west-1"}]}, "eu-west-1a"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_function_gives(expression: object, expected: str) -> None:
    assert resolved(expression) == expected


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ({"Fn::ImportValue": "other"}, "Fn::ImportValue is not known"),
        ({"Fn::FindInMap": ["Sizes", "none", "tasks"]}, "has no Sizes.none.tasks"),
        ({"Fn::Cidr": ["10.0.0.0/16", 3, 99]}, "."),
        ({"Ref": "Nothing"}, "the template has no Nothing"),
        ({"Fn::GetAtt": ["Nothing", "Arn"]}, "the template has no Nothing"),
        ({"Fn::Select": [9, {"Fn::GetAZs": ""}]}, "index 9 is beyond a list of 6"),
        ({"Fn::If": ["Nothing", 1, 2]}, "a condition of the template"),
        ({"Fn::Sub": "${AWS::Nothing}"}, "the template has no AWS::Nothing"),
        ({"Fn::Join": [",", [["list"]]]}, "cannot stand within text"),
        ({"Ref": "Thing", "Other": 1}, "Ref stands beside other keys"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_what_is_not_known_is_error_with_its_place(expression: object, problem: str) -> None:
    with pytest.raises(EvidenceError, match=problem) as caught:
        resolved(expression)

    assert str(caught.value).startswith("Resources.It.Properties.P")


def test_mapping_is_looked_up() -> None:
    sections = {"Mappings": {"Sizes": {"us-east-1": {"tasks": 6}}}}

    value = resolved({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "tasks"]}, **sections)

    assert value == "6"


def test_absent_value_is_dropped() -> None:
    expression = [{"Ref": "AWS::NoValue"}, "kept"]

    assert resolved(expression) == "['kept']"


@pytest.mark.parametrize(("given", "expected"), [("yes", "then"), ("no", "else")])
def test_condition_chooses(given: str, expected: str) -> None:
    sections = {
        "Parameters": {"Given": {"Type": "String", "Default": given}},
        "Conditions": {
            "IsYes": {"Fn::Equals": [{"Ref": "Given"}, "yes"]},
            "IsNot": {"Fn::Not": [{"Condition": "IsYes"}]},
            "IsBoth": {"Fn::And": [{"Condition": "IsYes"}, {"Condition": "IsNot"}]},
            "IsEither": {"Fn::Or": [{"Condition": "IsYes"}, {"Condition": "IsBoth"}]},
        },
    }

    value = resolved({"Fn::If": ["IsEither", "then", "else"]}, **sections)

    assert value == expected


def test_reference_to_resource_that_is_not_made_is_refused() -> None:
    document = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Thing": {**THING, "Condition": "Never"},
            "It": {"Type": "T", "Properties": {"P": {"Ref": "Thing"}}},
        },
    }

    with pytest.raises(EvidenceError, match="Thing is not made under these conditions"):
        stack_of(document)


def test_condition_that_depends_on_itself_is_refused() -> None:
    document = {"Conditions": {"A": {"Condition": "A"}}, "Resources": {"Thing": THING}}

    with pytest.raises(EvidenceError, match="A depends on itself"):
        stack_of(document)


def test_absent_deletion_policy_of_cluster_is_snapshot() -> None:
    document = {"Resources": {"Thing": THING, "Database": {"Type": "AWS::RDS::DBCluster"}}}

    resources = stack_of(document).resources

    assert resources["Thing"].deletion_policy == "Delete"
    assert resources["Database"].deletion_policy == "Snapshot"


def test_real_template_has_every_combination_that_its_rule_allows() -> None:
    template = parse_template(json.dumps(real_document()), name="template")

    stacks = stacks_of(template, region="us-east-1", given={})

    # Certificate, domain, password, repository, zones and primary region.
    assert len({tuple(stack.conditions.values()) for stack in stacks}) == len(stacks) == 2**6


def test_given_parameter_is_not_switched() -> None:
    template = parse_template(json.dumps(real_document()), name="template")

    stacks = stacks_of(template, region="us-east-1", given={"PrimaryRegion": "eu-west-1"})

    assert {stack.conditions["IsPrimaryRegion"] for stack in stacks} == {False}


def test_combination_that_rule_refuses_is_told() -> None:
    template = parse_template(json.dumps(real_document()), name="template")
    given = {"HostedZoneId": "Z0EXAMPLE", "DomainName": ""}

    with pytest.raises(EvidenceError, match="Give both HostedZoneId and DomainName"):
        stacks_of(template, region="us-east-1", given=given)


@pytest.mark.parametrize("region", sorted(ZONES))
def test_other_region_is_another_of_same_partition_if_there_is_one(region: str) -> None:
    other = other_region(region)

    peers = {peer for peer in ZONES if partition_of(peer) == partition_of(region)} - {region}
    assert other in peers if peers else not other
