"""Which stacks are examined: every combination of conditions, in this region and another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import (
    TemplateError,
    UnknownValueError,
    parse_template,
    partition_of,
)
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.regions import other_region
from payment_templates.evidence.scenarios import cases_of
from payment_templates.facts.regions import ZONES
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack
    from tests.evidence.changes import Json

THING = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "thing"}}


def evaluated(document: Json) -> Stack:
    template = parse_template(json.dumps(document), name="template")
    return stack_of(template, region="us-east-1", parameters={})


def with_property(expression: object, **sections: object) -> Json:
    """Make a template with one expression beside a resource named Thing."""
    it = {"Type": "T", "Properties": {"P": expression}}
    return {**sections, "Resources": {"Thing": THING, "It": it}}


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ({"Fn::FindInMap": ["Sizes", "none", "tasks"]}, "has no mapping Sizes.none.tasks"),
        ({"Fn::Cidr": ["10.0.0.0/16", 3, 99]}, "cannot be divided"),
        ({"Ref": "Nothing"}, "the template has no resource or parameter Nothing"),
        ({"Fn::GetAtt": ["Nothing", "Arn"]}, "the template has no resource or parameter Nothing"),
        (
            {"Fn::Select": [9, {"Fn::GetAZs": ""}]},
            "us-east-1 has only 6 zones, and the template takes at least 10",
        ),
        ({"Fn::If": ["Nothing", 1, 2]}, "the template has no condition Nothing"),
        ({"Fn::Join": [",", [["list"]]]}, "the list must hold text"),
        ({"Ref": "Thing", "Other": 1}, "Ref cannot have other keys beside it"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_value_that_is_wrong_is_error_with_its_place(expression: object, problem: str) -> None:
    with pytest.raises(TemplateError, match=problem) as caught:
        evaluated(with_property(expression))

    assert str(caught.value).startswith("template: Resources.It.Properties")


def test_unknown_value_is_no_error_and_remembers_its_reason() -> None:
    stack = evaluated(with_property({"Fn::ImportValue": "other"}))

    with pytest.raises(UnknownValueError, match="other is imported from another stack"):
        stack.resources["It"].properties.text("P")


def test_condition_that_no_parameter_decides_is_examined_both_ways() -> None:
    imported = {"Fn::Equals": [{"Fn::ImportValue": "stage"}, "prod"]}
    document = {"Conditions": {"C": imported}, "Resources": {"Thing": {**THING, "Condition": "C"}}}
    template = parse_template(json.dumps(document), name="template")

    stacks = stacks_of(template, region="us-east-1", given={}).stacks

    assert [list(stack.resources) for stack in stacks] == [[], ["Thing"]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AWS::StackName", "payment"),
        ("AWS::AccountId", "111122223333"),
        (
            "AWS::StackId",
            "arn:aws:cloudformation:us-east-1:111122223333:stack/payment/example",
        ),
        ("AWS::NotificationARNs", "[]"),
    ],
)
def test_what_only_aws_decides_is_an_example(name: str, expected: str) -> None:
    stack = evaluated(with_property({"Ref": name}))

    assert str(stack.resources["It"].properties.get("P")) == expected


def test_reference_to_resource_that_is_not_created_is_refused() -> None:
    never = {"Fn::Equals": ["a", "b"]}
    document = with_property({"Ref": "Thing"}, Conditions={"Never": never})
    document["Resources"]["Thing"] = {**THING, "Condition": "Never"}

    with pytest.raises(TemplateError, match="Thing is not created under these conditions"):
        evaluated(document)


def test_condition_that_depends_on_itself_is_refused() -> None:
    document = {"Conditions": {"A": {"Condition": "A"}}, "Resources": {"Thing": THING}}

    with pytest.raises(TemplateError, match="A depends on itself"):
        evaluated(document)


def test_absent_property_has_the_value_that_aws_gives_it() -> None:
    group = {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"}
    template = parse_template(json.dumps({"Resources": {"Group": group}}), name="the template")

    stack = stack_of(template, region="us-east-1", parameters={})

    properties = stack.resources["Group"].properties
    assert properties.number("HealthCheckIntervalSeconds") == 30
    assert properties.child("Matcher").text("HttpCode") == "200"
    assert "HealthCheckIntervalSeconds" not in properties


def test_real_template_has_every_combination_that_its_rule_allows() -> None:
    template = parse_template(json.dumps(real_document()), name="template")

    stacks = stacks_of(template, region="us-east-1", given={}).stacks

    # Certificate, domain, password, repository, zones and primary region.
    assert len({tuple(stack.conditions.values()) for stack in stacks}) == len(stacks) == 2**7


def test_given_parameter_is_not_varied() -> None:
    template = parse_template(json.dumps(real_document()), name="template")

    stacks = stacks_of(template, region="us-east-1", given={"PrimaryRegion": "eu-west-1"}).stacks

    assert {stack.conditions["IsPrimaryRegion"] for stack in stacks} == {False}


def test_combination_that_a_rule_refuses_is_an_error() -> None:
    template = parse_template(json.dumps(real_document()), name="template")
    given = {"HostedZoneId": "Z0EXAMPLE", "DomainName": ""}

    with pytest.raises(TemplateError, match="Give both HostedZoneId and DomainName"):
        stacks_of(template, region="us-east-1", given=given)


@pytest.mark.parametrize("region", sorted(ZONES))
def test_other_region_is_another_of_same_partition_if_there_is_one(region: str) -> None:
    other = other_region(region)

    peers = {peer for peer in ZONES if partition_of(peer) == partition_of(region)} - {region}
    assert other in peers if peers else not other


def test_equal_questions_are_evaluated_once() -> None:
    template = parse_template(json.dumps(real_document()), name="template")
    asked = [
        stacks_of(template, region="us-east-1", given=given, parts=parts)
        for given, parts in (({}, ()), ({}, ()), ({"EnvironmentSuffix": "dev"}, ()), ({}, None))
    ]

    assert asked[0] is asked[1]
    assert len({*map(id, asked)}) == 3
    assert cases_of(asked[0], {}) is cases_of(asked[0], {})
