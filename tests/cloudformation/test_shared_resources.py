"""Resources of equal declaration are evaluated once, and stay resources of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from payment_templates.cloudformation import Stack, evaluate, parse_template

TOPIC = {
    "Type": "AWS::SNS::Topic",
    "Properties": {
        "TopicName": {"Fn::Sub": "${Suffix}-alerts"},
        "Tags": [{"Key": "suffix", "Value": {"Ref": "Suffix"}}],
    },
}


def stack_with(**resources: dict[str, Any]) -> Stack:
    document = {
        "Parameters": {"Suffix": {"Type": "String", "Default": "dev"}},
        "Resources": resources,
    }
    template = parse_template(json.dumps(document), name="template")
    return evaluate(template, region="us-east-1")


def test_equal_declarations_share_what_they_evaluate_to() -> None:
    stack = stack_with(First=TOPIC, Second=TOPIC)

    first, second = stack.resources.values()

    assert first.properties.entries is second.properties.entries


def test_each_copy_has_its_own_names_and_places() -> None:
    stack = stack_with(First=TOPIC, Second={**TOPIC, "DependsOn": "First"})

    second = stack.resources["Second"]
    (tag,) = second.properties.children("Tags")

    assert second.logical_id == "Second"
    assert second.depends_on == ("First",)
    assert tag.place == "Resources.Second.Properties.Tags"


def test_copy_of_another_type_or_policy_is_evaluated_by_itself() -> None:
    stack = stack_with(
        First=TOPIC, Kept={**TOPIC, "DeletionPolicy": "Retain"}, Queue={**TOPIC, "Type": "A::B::C"}
    )

    assert [it.deletion_policy for it in stack.resources.values()] == ["Delete", "Retain", "Delete"]
    assert stack.resources["Queue"].type == "A::B::C"


def test_problem_of_equal_declarations_is_reported_for_each() -> None:
    wrong = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Nothing"}}}

    problems = stack_with(First=wrong, Second=wrong).problems

    assert [problem.place for problem in problems] == [
        "Resources.First.Properties.TopicName.Ref",
        "Resources.Second.Properties.TopicName.Ref",
    ]


SECTIONS: dict[str, Any] = {
    "Parameters": {
        "Suffix": {"Type": "String", "Default": "dev"},
        "Other": {"Type": "String", "Default": "x"},
    },
    "Conditions": {"IsDev": {"Fn::Equals": [{"Ref": "Suffix"}, "dev"]}},
    "Rules": {
        "Known": {
            "RuleCondition": {"Condition": "IsDev"},
            "Assertions": [
                {
                    "Assert": {"Fn::Equals": [{"Ref": "Other"}, "x"]},
                    "AssertDescription": "Other must be x",
                }
            ],
        }
    },
    "Resources": {"Topic": TOPIC, "Extra": {**TOPIC, "Condition": "IsDev"}},
    "Outputs": {
        "Name": {"Value": {"Fn::If": ["IsDev", {"Ref": "Suffix"}, "none"]}},
        "Extra": {"Value": {"Fn::GetAtt": ["Extra", "TopicName"]}},
        "Zone": {"Value": {"Fn::GetAZs": ""}},
    },
}


def test_stacks_of_a_template_share_no_part_whose_values_differ() -> None:
    template = parse_template(json.dumps(SECTIONS), name="template")

    dev, again, prod = (
        evaluate(template, region="us-east-1", parameters={"Suffix": suffix})
        for suffix in ("dev", "dev", "prod")
    )
    wrong = evaluate(template, region="us-east-1", parameters={"Other": "y"})
    elsewhere = evaluate(template, region="us-east-1", parameters={"Suffix": "prod", "Other": "y"})
    forced = dev.with_conditions({"IsDev": False})

    assert again.outputs["Zone"] is dev.outputs["Zone"]
    assert (dev.conditions["IsDev"], prod.conditions["IsDev"]) == (True, False)
    assert forced.conditions["IsDev"] is False
    assert [it.outputs["Name"] for it in (dev, prod, forced)] == ["dev", "none", "none"]
    assert [it.broken_rules for it in (dev, wrong, elsewhere)] == [(), ("Other must be x",), ()]


def test_problem_of_a_shared_part_is_reported_for_each_stack_that_has_it() -> None:
    template = parse_template(json.dumps(SECTIONS), name="template")

    prod, dev, same = (
        evaluate(template, region="us-east-1", parameters={"Suffix": suffix})
        for suffix in ("prod", "dev", "prod")
    )

    assert [problem.place for problem in prod.problems] == ["Outputs.Extra.Value.Fn::GetAtt"]
    assert same.problems == prod.problems
    assert dev.problems == ()


def test_zones_of_another_region_are_not_shared() -> None:
    template = parse_template(json.dumps(SECTIONS), name="template")

    east, west = (
        evaluate(template, region=region, zones={region: [f"{region}a"]}).outputs["Zone"]
        for region in ("us-east-1", "us-west-2")
    )

    assert (east, west) == (["us-east-1a"], ["us-west-2a"])


STAGES = {"Type": "String", "Default": "production", "AllowedValues": ["production", "test"]}


@pytest.mark.parametrize("name", ["IsProduction", "More", "Other"])
def test_condition_may_have_the_name_of_a_parameter_or_resource(name: str) -> None:
    # Its value and the other one decide what stacks share.
    is_production = {"Fn::Equals": [{"Ref": "Stage"}, "production"]}
    days = {"Fn::If": [name, "7", "0"]}
    other = {"Type": "AWS::SNS::Topic", "Condition": "Some"}
    document = {
        "Parameters": {"Stage": STAGES, "More": {"Type": "String", "Default": "no"}},
        "Conditions": {name: is_production, "Some": {"Fn::Equals": [{"Ref": "More"}, "yes"]}},
        "Resources": {
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": days, "DisplayName": {"Ref": "More"}},
            },
            "Other": other,
        },
        "Outputs": {"Days": {"Value": days}},
    }
    template = parse_template(json.dumps(document), name="template")

    production, test = (
        evaluate(template, region="us-east-1", parameters={"Stage": stage})
        for stage in ("production", "test")
    )

    names = [it.resources["Topic"].properties.get("TopicName") for it in (production, test)]
    assert names == ["7", "0"]
    assert [it.outputs["Days"] for it in (production, test)] == ["7", "0"]


def test_parameter_and_resource_of_one_name_are_a_problem() -> None:
    stack = stack_with(Suffix=TOPIC)

    assert "Resources.Suffix: a parameter has the same name" in map(str, stack.problems)
