"""Tests that any template is read or refused with TemplateError, in a short time."""

from __future__ import annotations

import gc
import json
import tracemalloc
from contextlib import suppress
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payment_templates.cloudformation import (
    Stack,
    Template,
    TemplateError,
    UnknownValueError,
    combinations,
    dangling,
    decided_document,
    dependencies,
    evaluate,
    parse_template,
    read_template,
    template_of,
)
from payment_templates.cloudformation.evaluation.evaluator import BOOLEAN_FUNCTIONS
from payment_templates.cloudformation.evaluation.functions import FUNCTIONS
from tests.cloudformation.templates import PRODUCT, TOPIC, Json, stack_of, stack_with

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ["Topic", "It", "Open", "List", "C", "D", "AWS::NoValue", "AWS::Region", "Nothing", ""]
texts = st.sampled_from([*NAMES, "${Topic}", "${It.Arn}", "${", "${!x}", "a,b", "0", "10.0.0.0/8"])
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 300), st.floats(allow_nan=False), texts
)
keys = st.sampled_from(
    [*FUNCTIONS, *BOOLEAN_FUNCTIONS, "Condition", "Fn::ForEach::X", "Key", "Ref", "DefaultValue"]
)
junk = st.recursive(
    leaves,
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(keys, below, max_size=2)
        | st.tuples(keys, st.lists(below, min_size=1, max_size=4)).map(lambda it: {it[0]: it[1]})
    ),
    max_leaves=25,
)


def read_everything(stack: Stack) -> None:
    """Read every attribute of a stack."""
    assert isinstance(stack.problems, tuple)
    graph = dependencies(stack.template, stack.conditions)
    graph.critical_path({})
    assert len(graph.creation_order) <= len(stack.resources)
    dangling(stack.template)
    decided_document(stack.template, stack.conditions)
    for resource in stack.resources.values():
        for name in resource.properties:
            value = resource.properties.get(name)
            with suppress(UnknownValueError):
                stack.find(value)
            with suppress(UnknownValueError):
                stack.find(value, "AWS::SNS::Topic", kinds=("arn",))
            stack.same(value, "text")
            for read in (resource.properties.text, resource.properties.whole):
                with suppress(TemplateError):
                    read(name)
    combinations(stack, lambda _parameter, sides: (*sides, "x"), most=8)
    assert isinstance(stack.undecided_rules, tuple)


@settings(max_examples=150)
@given(junk, junk, junk)
def test_junk_is_evaluated_or_refused(one: object, other: object, third: object) -> None:
    document = {
        "Parameters": {
            "Open": {"Type": "String"},
            "List": {"Type": "CommaDelimitedList", "Default": "a,b"},
        },
        "Mappings": {"C": {"D": {"List": one}}},
        "Conditions": {"C": one, "D": other},
        "Rules": {"R": {"RuleCondition": third, "Assertions": [{"Assert": other}]}},
        "Resources": {
            "Topic": {**TOPIC, "Properties": {"TopicName": one, "P": other}, "Metadata": third},
            "It": {"Type": "AWS::RDS::DBInstance", "Condition": "C", "Properties": {"P": third}},
        },
        "Outputs": {"O": {"Value": one, "Condition": "D", "Export": {"Name": other}}},
    }

    try:
        stack = stack_of(document)
    except TemplateError:
        return
    read_everything(stack)


@settings(max_examples=60)
@given(junk)
def test_junk_instead_of_a_section_is_evaluated_or_refused(section: object) -> None:
    for name in ("Parameters", "Mappings", "Conditions", "Rules", "Outputs", "Transform"):
        for entry in (section, {"C": section}):
            with suppress(TemplateError):
                read_everything(stack_of({"Resources": {"Topic": TOPIC}, name: entry}))


def nested(function: str, times: int) -> Any:  # noqa: ANN401 - a node of a template
    """Nest a function in itself."""
    node: Any = {"Ref": "Open"} if function == "opaque" else "xxxxxxxx"
    for _ in range(times):
        ways: dict[str, Any] = {
            "doubled": {"Fn::Sub": ["${a}${a}", {"a": node}]},
            "joined": {"Fn::Join": ["", [{"Fn::Sub": ["${a}${a}", {"a": node}]}]]},
            "Fn::Base64": {"Fn::Base64": node},
            "Fn::ToJsonString": {"Fn::ToJsonString": [node]},
            "opaque": {"Fn::Select": [0, {"Fn::Split": [",", node]}]},
            "undecided": {"Fn::If": ["Undecided", node, {"Fn::Base64": "y"}]},
        }
        node = ways[function]
    return node


@pytest.mark.parametrize(
    ("function", "times"),
    [
        ("doubled", 30),
        ("joined", 15),
        ("Fn::Base64", 95),
        ("Fn::ToJsonString", 45),
        ("opaque", 22),
        ("undecided", 45),
    ],
)
def test_nested_functions_take_under_a_second_and_little_memory(function: str, times: int) -> None:
    sections: Json = {
        "Parameters": {"Open": {"Type": "String"}},
        "Conditions": {"Undecided": {"Fn::Equals": [{"Ref": "Open"}, "a"]}},
    }
    tracemalloc.start()
    started = process_time()

    stack = stack_with(nested(function, times), **sections)
    problems = stack.problems

    seconds = process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 1
    assert peak < 100_000_000
    assert all("\n" not in str(problem) for problem in problems)


def test_huge_mapping_that_is_read_often_takes_under_a_second() -> None:
    many = [str(number) for number in range(50_000)]
    reading = {"Fn::FindInMap": ["M", "a", "b"]}
    it = {"Type": "AWS::S3::Bucket", "Properties": {"P": [reading] * 5_000}}
    document = {"Mappings": {"M": {"a": {"b": many}}}, "Resources": {"It": it}}
    started = process_time()

    stack = evaluate(parse_template(json.dumps(document)), region="us-east-1")

    assert "the texts of the template are too long" in stack.problems[0].message
    assert process_time() - started < 1


def test_product_is_read_and_evaluated_in_fifteen_milliseconds() -> None:
    seconds = min(_seconds_of(lambda: stack_problems(read_template(PRODUCT))) for _ in range(20))

    assert seconds < 0.015


def test_five_hundred_resources_take_a_tenth_of_a_second() -> None:
    resources: Json = {}
    for index in range(250):
        name = {"Fn::Sub": f"topic-${{AWS::Region}}-{index}"}
        resources[f"T{index}"] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        dimensions = [{"Name": "a", "Value": {"Fn::GetAtt": [f"T{index}", "TopicName"]}}] * 5
        properties = {"AlarmActions": [{"Ref": f"T{index}"}], "Dimensions": dimensions}
        resources[f"A{index}"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}
    text = json.dumps({"Resources": resources})

    def read() -> None:
        template = parse_template(text)
        stack_problems(template)
        assert dependencies(template).creation_order

    assert min(_seconds_of(read) for _ in range(5)) < 0.1


def stack_problems(template: Template) -> None:
    assert not evaluate(template, region="us-east-1", zones={"us-east-1": ["a", "b", "c"]}).problems


def _seconds_of(work: Callable[[], None]) -> float:
    """Return the CPU seconds of a machine on which a loop of a million takes 20 ms at most."""
    started = process_time()
    for _ in range(1_000_000):
        pass
    counted = process_time()
    # The garbage collector would search what other tests left.
    gc.disable()
    try:
        work()
        ended = process_time()
    finally:
        gc.enable()
    # Machines differ in speed, and one is slower while others share its cores.
    return (ended - counted) * min(1, 0.02 / (counted - started))


def test_document_that_is_not_json_is_refused() -> None:
    with pytest.raises(TemplateError, match="is not plain JSON"):
        template_of({"Resources": {"A": object()}})
