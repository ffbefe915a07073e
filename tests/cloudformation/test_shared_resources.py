"""Resources of equal declaration are evaluated once, and stay resources of their own."""

from __future__ import annotations

import json
from typing import Any

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
