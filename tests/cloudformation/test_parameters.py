"""Tests that parameters accept and refuse the same values as CloudFormation, in its words."""

from __future__ import annotations

import json
from time import process_time
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import (
    Parameter,
    TemplateError,
    Unknown,
    evaluate,
    parse_template,
    partition_of,
    template_of,
)

if TYPE_CHECKING:
    from tests.cloudformation.templates import Json

BUCKET: Json = {"Bucket": {"Type": "AWS::S3::Bucket"}}


def parameter(declared: Json) -> Parameter:
    """Read the declaration of a parameter P."""
    entry = {"Type": "String", **declared}
    return template_of({"Parameters": {"P": entry}, "Resources": BUCKET}).parameters["P"]


@pytest.mark.parametrize(
    ("declared", "text", "problem"),
    [
        ({"AllowedPattern": "^[a-z]+$"}, "A", "must match pattern ^[a-z]+$"),
        ({"AllowedPattern": "[a-z]+"}, "ab1", "must match pattern [a-z]+"),
        ({"AllowedPattern": "\\d+"}, "\u0661", "must match pattern \\d+"),
        ({"AllowedPattern": "\\p{L}+"}, "1", "must match pattern \\p{L}+"),
        ({"AllowedValues": ["a", 5]}, "6", "must be one of a, 5"),
        ({"AllowedValues": [True]}, "false", "must be one of true"),
        ({"MinLength": 2}, "a", "must contain at least 2 characters"),
        ({"MaxLength": "2"}, "abc", "must contain at most 2 characters"),
        ({"Type": "Number"}, "x", "must be a number"),
        ({"Type": "Number"}, "nan", "must be a number"),
        ({"Type": "Number", "MinValue": 1}, "0.5", "must be a number not less than 1"),
        ({"Type": "List<Number>", "MaxValue": 9}, "1, 10", "must be a number not greater than 9"),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "\\w+"}, "", "must match pattern \\w+"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a"]}, "a,b", "must be one of a"),
        ({}, "x" * 4097, "must be at most 4096 bytes long"),
        ({"MinLength": 2, "ConstraintDescription": "use two"}, "a", "use two"),
    ],
    ids=str,
)
def test_invalid_value_is_reported_in_cloudformations_words(
    declared: Json, text: str, problem: str
) -> None:
    assert parameter(declared).problem(text) == f"Parameter 'P' {problem}"


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ({"AllowedPattern": "[a-z]+"}, "ab"),
        ({"AllowedPattern": "\\p{Alpha}+"}, "ab"),
        ({"AllowedPattern": "a++b"}, "aab"),
        ({"MaxLength": "2.0"}, "ab"),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "\\w+", "MinLength": 99}, "a, b"),
        ({"Type": "Number", "MinValue": 1, "MaxValue": 9}, "9"),
        ({"AllowedValues": [1.5]}, "1.5"),
        ({"AllowedValues": [True]}, "true"),
    ],
    ids=str,
)
def test_valid_value_has_no_problem(declared: Json, text: str) -> None:
    found = parameter(declared)

    assert not found.problem(text)
    assert not found.undecided(text)


@pytest.mark.parametrize("pattern", ["[a-z", "[a-z&&[^b]]+", "\\Qa\\E+", "a{1,99999999999}", "(?<"])
def test_pattern_that_python_cannot_read_is_undecided(pattern: str) -> None:
    found = parameter({"AllowedPattern": pattern})

    assert not found.problem("ab")
    assert found.undecided("ab") == f"the pattern {pattern} of P cannot be checked"


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "((x|x)+)+y", "x*x*x*x*x*x*x*x*y", ".*.*.*=.*"])
def test_slow_pattern_is_undecided(pattern: str) -> None:
    started = process_time()

    found = parameter({"AllowedPattern": pattern})

    assert found.problem("x" * 4000) or found.undecided("x" * 4000)
    assert process_time() - started < 1


def test_hundred_thousand_allowed_values_are_one_short_line() -> None:
    values = [format(number, "x") for number in range(100_000)]
    declared = {"P": {"Type": "String", "AllowedValues": values}}
    text = json.dumps({"Parameters": declared, "Resources": BUCKET}, separators=(",", ":"))
    template = parse_template(text)

    with pytest.raises(TemplateError) as caught:
        evaluate(template, region="us-east-1", parameters={"P": "none"})

    assert len(str(caught.value)) < 200
    assert "and 99990 more" in str(caught.value)


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ({"AllowedValues": "a b"}, "every AllowedValues member must be a list"),
        ({"MinLength": "two"}, "MinLength must be a number, got 'two'"),
        ({"MinLength": 1.5}, "MinLength must be a whole number, got 1.5"),
        ({"MaxValue": "nan"}, "MaxValue must be a number, got 'nan'"),
        ({"Default": ["a"]}, "Default and AllowedValues must be text or numbers"),
    ],
    ids=str,
)
def test_invalid_constraint_is_refused_with_its_place(declared: Json, problem: str) -> None:
    with pytest.raises(TemplateError, match=r"Parameters\.P") as caught:
        parameter(declared)

    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        ({}, "5", "5"),
        ({"Type": "Number"}, "5", "5"),
        ({"Type": "CommaDelimitedList"}, "a, b", ["a", "b"]),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "subnet-1,subnet-2", ["subnet-1", "subnet-2"]),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-1", "vpc-1"),
        ({"Type": "AWS::SSM::Parameter::Name"}, "/name", "/name"),
    ],
    ids=str,
)
def test_ref_returns(declared: Json, text: str, value: object) -> None:
    assert parameter(declared).value(text) == value


def test_parameter_without_value_is_unknown_except_its_choices() -> None:
    found = parameter({"AllowedValues": ["a", "b"]}).value(None)

    assert found == Unknown(
        reason="the parameter P has no value", parameter="P", source="P", choices=("a", "b")
    )


def test_unknown_name_gets_a_hint_with_the_nearest_one() -> None:
    template = template_of({"Parameters": {"Suffix": {"Type": "String"}}, "Resources": BUCKET})

    with pytest.raises(TemplateError, match="unknown parameter 'Sufix'") as caught:
        evaluate(template, region="us-east-1", parameters={"Sufix": "a"})

    assert caught.value.hint == "did you mean Suffix?"


@pytest.mark.parametrize(
    ("described", "hint"),
    [("1 to 5", "use 1 to 5"), ("Must be a port", "Must be a port"), ("", "")],
)
def test_hint_is_the_description_of_the_constraint(described: str, hint: str) -> None:
    declared = {"P": {"Type": "Number", "MaxValue": 5, "ConstraintDescription": described}}
    template = template_of({"Parameters": declared, "Resources": BUCKET})

    with pytest.raises(TemplateError) as caught:
        evaluate(template, region="us-east-1", parameters={"P": "6"})

    assert caught.value.hint == hint


def test_secret_is_not_shown() -> None:
    declared = {"P": {"Type": "String", "NoEcho": True, "MinLength": 99}}
    template = template_of({"Parameters": declared, "Resources": BUCKET})

    with pytest.raises(TemplateError) as caught:
        evaluate(template, region="us-east-1", parameters={"P": "hunter2"})

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us-east-1", ("aws", "amazonaws.com")),
        ("cn-north-1", ("aws-cn", "amazonaws.com.cn")),
        ("us-gov-west-1", ("aws-us-gov", "amazonaws.com")),
        ("us-isob-east-1", ("aws-iso-b", "sc2s.sgov.gov")),
        ("us-isof-south-1", ("aws-iso-f", "csp.hci.ic.gov")),
        ("eusc-de-east-1", ("aws-eusc", "amazonaws.eu")),
    ],
)
def test_region_has_its_partition(region: str, expected: tuple[str, str]) -> None:
    assert partition_of(region) == expected
