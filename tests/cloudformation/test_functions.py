"""Tests the result of every intrinsic function, or the reason why it is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from payment_templates.cloudformation import (
    Reference,
    Text,
    Unknown,
    evaluate,
    template_of,
    unknown_in,
)
from tests.cloudformation.templates import ACCOUNT, TOPIC, stack_with, value_of

PARAMETERS = {
    "Given": {"Type": "String", "Default": "a"},
    "Number": {"Type": "Number", "Default": 8},
    "List": {"Type": "CommaDelimitedList", "Default": "x, y"},
    "Open": {"Type": "String"},
    "OpenChoice": {"Type": "String", "AllowedValues": ["a", "b"]},
    "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/ami"},
}
CONDITIONS = {
    "True": {"Fn::Equals": [{"Ref": "Given"}, "a"]},
    "False": {"Fn::Not": [{"Condition": "True"}]},
    "Undecided": {"Fn::Equals": [{"Ref": "Open"}, "x"]},
}
READER = {"Fn::GetAtt": ["Database", "ReadEndpoint.Address"]}
PORT = {"Fn::GetAtt": ["Database", "Endpoint.Port"]}
MAPPINGS = {"Sizes": {"us-east-1": {"tasks": 6, "zones": ["a", "b"]}}}
SECTIONS: dict[str, Any] = {
    "Parameters": PARAMETERS,
    "Conditions": CONDITIONS,
    "Mappings": MAPPINGS,
}


KNOWN: list[tuple[object, object]] = [
    ({"Ref": "AWS::Region"}, "us-east-1"),
    ({"Ref": "AWS::Partition"}, "aws"),
    ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
    ({"Ref": "AWS::AccountId"}, ACCOUNT),
    ({"Ref": "AWS::NoValue"}, None),
    ({"Ref": "Given"}, "a"),
    ({"Ref": "Number"}, "8"),
    ({"Ref": "List"}, ["x", "y"]),
    ({"Fn::Sub": "${Given}-${!Given}-${Number}"}, "a-${Given}-8"),
    ({"Fn::Sub": ["${v}${Given}", {"v": 5, "Given": "own"}]}, "5own"),
    ({"Fn::Sub": "$Given ${"}, "$Given ${"),
    ({"Fn::Join": ["-", ["a", 1, True, {"Ref": "Given"}]]}, "a-1-true-a"),
    ({"Fn::Join": [",", {"Ref": "List"}]}, "x,y"),
    ({"Fn::Join": [",", []]}, ""),
    ({"Fn::Split": ["|", "a||c|"]}, ["a", "", "c", ""]),
    ({"Fn::Select": ["1", {"Fn::Split": ["|", "a|b"]}]}, "b"),
    ({"Fn::Select": [0, {"Ref": "List"}]}, "x"),
    ({"Fn::Select": [1, {"Fn::GetAZs": ""}]}, "us-east-1b"),
    ({"Fn::Select": [0, {"Fn::GetAZs": "eu-west-1"}]}, "eu-west-1a"),
    ({"Fn::Select": [2, {"Fn::GetAZs": None}]}, "us-east-1c"),
    ({"Fn::If": ["True", "yes", "no"]}, "yes"),
    ({"Fn::If": ["False", "yes", {"Ref": "AWS::NoValue"}]}, None),
    ({"Fn::If": ["Undecided", "same", {"Fn::Sub": "same"}]}, "same"),
    ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "tasks"]}, 6),
    ({"Fn::FindInMap": ["Sizes", "us-east-1", "zones"]}, ["a", "b"]),
    ({"Fn::FindInMap": ["Sizes", "none", "tasks", {"DefaultValue": {"Ref": "Given"}}]}, "a"),
    ({"Fn::Base64": "a"}, "YQ=="),
    ({"Fn::Cidr": ["192.168.0.0/24", "6", "5"]}, [f"192.168.0.{32 * i}/27" for i in range(6)]),
    ({"Fn::Select": [2, {"Fn::Cidr": [{"Fn::GetAtt": "Vpc.CidrBlock"}, 3, 8]}]}, "10.0.2.0/24"),
    ({"Fn::Select": [1, {"Fn::Cidr": ["2001:db8::/56", 2, 64]}]}, "2001:db8:0:1::/64"),
    ({"Fn::Length": {"Ref": "List"}}, 2),
    ({"Fn::ToJsonString": [{"key1": "value1", "b": True}]}, '[{"key1":"value1","b":true}]'),
    ({"a": [{"Ref": "AWS::NoValue"}, 1], "b": {"Ref": "AWS::NoValue"}}, {"a": [1]}),
    (
        {"Condition": {"StringEquals": {"aws:x": "y"}}},
        {"Condition": {"StringEquals": {"aws:x": "y"}}},
    ),
]


@pytest.mark.parametrize(("expression", "expected"), KNOWN, ids=str)
def test_function_returns(expression: object, expected: object) -> None:
    stack = stack_with(expression, **SECTIONS)

    assert stack.resources["It"].properties.get("P") == expected
    assert not stack.problems


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"Ref": "Vpc"}, "${Vpc}"),
        ({"Fn::GetAtt": "Topic.TopicName"}, "${Topic.TopicName}"),
        ({"Fn::Sub": "a-${Vpc}-${Topic.TopicName}"}, "a-${Vpc}-${Topic.TopicName}"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Vpc"}, 3]]}, "a/${Vpc}/3"),
        ({"Fn::ToJsonString": {"vpc": {"Ref": "Vpc"}}}, '{"vpc":"${Vpc}"}'),
        (
            {"Fn::Select": [1, {"Fn::Split": [",", {"Fn::Sub": "${Topic},x${Vpc},y"}]}]},
            "x${Vpc}",
        ),
        (
            {"Fn::Join": [".cluster-", {"Fn::Split": [".cluster-ro-", READER]}]},
            "${Database.Endpoint.Address}",
        ),
    ],
    ids=str,
)
def test_reference_stays_in_the_value(expression: object, expected: str) -> None:
    found = value_of(expression)

    assert isinstance(found, (Reference, Text))
    assert str(found) == expected


@pytest.mark.parametrize(
    ("expression", "reason", "parameter"),
    [
        ({"Ref": "Open"}, "the parameter Open has no value", "Open"),
        ({"Fn::Sub": "a-${Open}"}, "the parameter Open has no value", "Open"),
        ({"Fn::Split": [",", {"Ref": "Open"}]}, "the parameter Open has no value", "Open"),
        # Not the writer endpoint, which is the reader endpoint without "-ro".
        ({"Fn::Join": [".", {"Fn::Split": [".cluster-ro-", READER]}]}, "only AWS knows", ""),
        ({"Fn::Join": [".cluster-", {"Fn::Split": ["-ro-", READER]}]}, "only AWS knows", ""),
        ({"Fn::Join": [".cluster-", {"Fn::Split": [".cluster-ro-", PORT]}]}, "only AWS knows", ""),
        ({"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Open"}]}]}, "Open has no value", "Open"),
        ({"Fn::Base64": {"Ref": "Open"}}, "Open has no value", "Open"),
        ({"Fn::Cidr": [{"Ref": "Open"}, 2, 8]}, "Open has no value", "Open"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Open"}, "tasks"]}, "Open has no value", "Open"),
        ({"Fn::If": ["Undecided", 1, 2]}, "the condition Undecided is not decided", "Open"),
        ({"Ref": "Image"}, "the parameter Image is read from SSM parameter /ami", ""),
        ({"Fn::ImportValue": "Shared"}, "Shared is imported from another stack", ""),
        ({"Fn::GetStackOutput": {"StackName": "s", "OutputName": "o"}}, "another stack", ""),
        ({"Fn::Transform": {"Name": "Own", "Parameters": {}}}, "the macro Own decides it", ""),
        ({"Fn::Random": 5}, "Fn::Random is evaluated by a macro", ""),
        ({"Fn::GetAZs": "ap-south-1"}, "only the account knows its zones", ""),
        ({"Ref": "AWS::StackId"}, "AWS chooses the stack's ID", ""),
        ({"Ref": "AWS::StackName"}, "the stack's name is not given", ""),
        ({"Fn::Split": [".", {"Fn::GetAtt": "Topic.TopicName"}]}, "only AWS knows", ""),
        ({"Fn::Split": [",", {"Fn::Sub": "a,${Topic.TopicName}"}]}, "only AWS knows", ""),
        ({"Fn::Length": {"Fn::GetAtt": "Vpc.Ipv6CidrBlocks"}}, "only AWS knows", ""),
        ({"Fn::RefAll": "AWS::EC2::VPC::Id"}, "only the account knows them", ""),
    ],
    ids=str,
)
def test_unknown_value_has_a_reason_and_its_parameter(
    expression: object, reason: str, parameter: str
) -> None:
    stack = stack_with(expression, **SECTIONS)

    unknown = unknown_in(stack.resources["It"].properties.get("P"))

    assert unknown is not None
    assert reason in unknown.reason
    assert unknown.parameter == parameter
    assert not stack.problems


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ({"Ref": "Nothing"}, "the template has no resource or parameter Nothing"),
        ({"Ref": ["Vpc"]}, "the name of a parameter or resource is expected"),
        ({"Fn::GetAtt": ["Nothing", "Arn"]}, "the template has no resource or parameter Nothing"),
        ({"Fn::GetAtt": "Vpc"}, "a resource and its attribute are expected"),
        ({"Fn::Sub": "${AWS::Nothing}"}, "the template has no resource or parameter AWS::Nothing"),
        ({"Fn::Sub": "${a b}"}, "a variable has letters, digits"),
        ({"Fn::Sub": ["${a}", {"a": ["list"]}]}, "a variable is a list"),
        ({"Fn::Sub": ["a"]}, "a list of 2 operands is expected"),
        ({"Fn::Join": [",", [["list"]]]}, "the list must hold text"),
        ({"Fn::Join": [",", "text"]}, "the second operand must be a list"),
        ({"Fn::Split": ["", "text"]}, "the delimiter must be text that is not empty"),
        (
            {"Fn::Select": [9, {"Fn::GetAZs": ""}]},
            "has only 3 zones, and the template takes at least 10",
        ),
        ({"Fn::Select": ["x", ["a"]]}, "the index 'x' is not a whole number"),
        ({"Fn::If": ["Nothing", 1, 2]}, "the template has no condition Nothing"),
        ({"Fn::If": ["True", 1]}, "a list of 3 operands is expected"),
        ({"Fn::FindInMap": ["Sizes", "none", "tasks"]}, "no mapping Sizes.none.tasks"),
        ({"Fn::Cidr": ["10.0.0.0/16", 3, 99]}, "cannot be divided"),
        ({"Fn::Cidr": ["10.0.0.0/16", 257, 8]}, "the count 257 is not between 1 and 256"),
        ({"Fn::Cidr": ["10.0.0.0/24", 9, 5]}, "has 8 blocks of 5 bits, not 9"),
        ({"Fn::Cidr": ["10.0.0.0/16", "all", 8]}, "a block, a count and a number of bits"),
        ({"Fn::Equals": ["a", "b"]}, "Fn::Equals can be used only in Conditions and Rules"),
        ({"Ref": "Vpc", "Other": 1}, "Ref cannot have other keys beside it"),
        ({"a": None}, "null values are not allowed in templates"),
        ({"Fn::Join": [",", {"Ref": "AWS::NoValue"}]}, "an operand has no value"),
    ],
    ids=str,
)
def test_invalid_expression_is_a_problem_with_its_place(expression: object, problem: str) -> None:
    stack = stack_with(expression, **SECTIONS)

    assert len(stack.problems) == 1
    assert problem in stack.problems[0].message
    assert stack.problems[0].place.startswith("Resources.It.Properties.P")


def test_branch_that_may_not_apply_is_no_problem() -> None:
    expression = {"Fn::If": ["Undecided", {"Fn::Select": [9, ["a"]]}, "b"]}

    assert not stack_with(expression, **SECTIONS).problems


def test_undecided_branch_keeps_both_choices() -> None:
    found = value_of({"Fn::If": ["Undecided", "a", {"Ref": "AWS::NoValue"}]}, **SECTIONS)

    assert isinstance(found, Unknown)
    assert found.choices == ("a", None)
    assert found.may_be_absent


def test_macro_beside_properties_leaves_them_readable() -> None:
    stack = stack_with({"known": 1, "Fn::Transform": {"Name": "Own"}}, **SECTIONS)
    found = stack.resources["It"].properties.child("P")

    assert found.whole("known") == 1
    assert isinstance(found.get("other"), Unknown)
    assert not stack.problems


def test_reference_that_a_macro_may_add_is_unknown() -> None:
    stack = stack_with({"Ref": "AddedLater"}, Transform="AWS::Serverless-2016-10-31")

    found = stack.resources["It"].properties.get("P")

    assert isinstance(found, Unknown)
    assert "the macro AWS::Serverless-2016-10-31 may add it" in found.reason
    assert not stack.problems


def test_account_that_is_not_given_is_unknown() -> None:
    document = {"Resources": {"A": TOPIC}, "Outputs": {"O": {"Value": {"Ref": "AWS::AccountId"}}}}

    found = evaluate(template_of(document), region="us-east-1").outputs["O"]

    assert isinstance(found, Unknown)
    assert found.reason == "the account is not given"


def test_zones_of_another_caller_are_not_cached() -> None:
    template = template_of(
        {"Resources": {"It": {"Type": "AWS::S3::Bucket", "Properties": {"P": {"Fn::GetAZs": ""}}}}}
    )

    found = [
        evaluate(template, region="us-east-1", zones={"us-east-1": zones}).resources["It"]
        for zones in (("us-east-1a",), ("us-east-1b",))
    ]

    assert [resource.properties.get("P") for resource in found] == [["us-east-1a"], ["us-east-1b"]]
