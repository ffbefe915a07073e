"""Tests the dependencies between resources."""

from __future__ import annotations

from time import process_time

import pytest

from payment_templates.cloudformation import (
    conditions_in,
    dangling,
    dependencies,
    evaluate,
    references_in,
    template_of,
)
from payment_templates.cloudformation.references import names_in
from tests.cloudformation.templates import Json, product, stack_of


def resource(properties: object = None, **attributes: object) -> Json:
    return {"Type": "AWS::S3::Bucket", "Properties": properties or {}, **attributes}


@pytest.mark.parametrize(
    ("it", "waits_for"),
    [
        (resource({"P": {"Ref": "A"}}), ("A",)),
        (resource({"P": {"Fn::GetAtt": ["A", "Arn"]}}), ("A",)),
        (resource({"P": {"Fn::GetAtt": "A.B.C"}}), ("A",)),
        (
            resource({"P": {"Fn::Sub": "${A}-${B.Arn}-${!C}"}}),
            (
                "A",
                "B",
            ),
        ),
        (
            resource({"P": {"Fn::Sub": ["${A}${B}", {"A": {"Ref": "C"}}]}}),
            (
                "B",
                "C",
            ),
        ),
        (resource(DependsOn="A"), ("A",)),
        (
            resource(DependsOn=["A", "B"]),
            (
                "A",
                "B",
            ),
        ),
        (resource(Metadata={"M": {"Ref": "A"}}), ("A",)),
        (resource(CreationPolicy={"P": {"Ref": "A"}}), ("A",)),
        (resource(UpdatePolicy={"P": {"Ref": "A"}}), ("A",)),
        (
            resource({"P": {"Fn::If": ["No", {"Ref": "A"}, {"Ref": "B"}]}}),
            (
                "A",
                "B",
            ),
        ),
        (resource({"P": {"Ref": "AWS::Region"}}), ()),
        (resource({"P": "A"}), ()),
    ],
    ids=str,
)
def test_resource_waits_for(it: Json, waits_for: tuple[str, ...]) -> None:
    resources = {"A": resource(), "B": resource(), "C": resource(), "It": it}

    graph = dependencies(template_of({"Resources": resources}))

    assert graph.direct["It"] == set(waits_for)


def test_branches_and_resources_that_do_not_apply_are_left_out() -> None:
    document = {
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "A": resource(Condition="No"),
            "B": resource(),
            "It": resource({"P": {"Fn::If": ["No", {"Ref": "A"}, {"Ref": "B"}]}}, DependsOn="A"),
        },
    }
    stack = stack_of(document)

    graph = dependencies(stack.template, stack.conditions)

    assert graph.direct == {"B": frozenset(), "It": {"B"}}


def test_stacks_of_one_template_have_their_own_order() -> None:
    document: Json = {
        "Parameters": {"Given": {"Type": "String", "Default": "no"}},
        "Conditions": {"Is": {"Fn::Equals": [{"Ref": "Given"}, "yes"]}},
        "Resources": {
            "A": resource(),
            "B": resource(),
            "It": resource({"P": {"Fn::If": ["Is", {"Ref": "A"}, {"Ref": "B"}]}}),
        },
    }
    template = template_of(document)

    direct = [
        evaluate(template, region="us-east-1", parameters={"Given": given}).dependencies.direct
        for given in ("yes", "no")
    ]

    assert [each["It"] for each in direct] == [{"A"}, {"B"}]


def test_resource_is_created_after_what_it_depends_on() -> None:
    resources = {
        "Last": resource(DependsOn=["Middle", "First"]),
        "Middle": resource(DependsOn="First"),
        "First": resource(),
        "Alone": resource(),
    }

    graph = dependencies(template_of({"Resources": resources}))

    assert graph.creation_order == (("First", "Alone"), ("Middle",), ("Last",))
    assert graph.before("Last") == {"First", "Middle"}
    assert graph.after("First") == {"Middle", "Last"}


def test_longest_chain_is_the_critical_path() -> None:
    resources = {
        "Key": resource(),
        "Slow": resource(DependsOn="Key"),
        "Quick": resource(DependsOn="Key"),
        "End": resource(DependsOn=["Slow", "Quick"]),
    }
    durations = {"Key": 10, "Slow": 100, "Quick": 1, "End": 5}

    graph = dependencies(template_of({"Resources": resources}))

    assert graph.critical_path(durations) == ("Key", "Slow", "End")
    assert graph.finish_times(durations)["End"] == 115


def test_cycle_is_reported_and_never_created() -> None:
    resources = {
        "A": resource(DependsOn="B"),
        "B": resource(DependsOn="C"),
        "C": resource(DependsOn="A"),
        "Own": resource({"P": {"Ref": "Own"}}),
        "After": resource(DependsOn="A"),
        "Free": resource(),
    }

    graph = dependencies(template_of({"Resources": resources}))

    assert set(graph.cycles) == {("A", "B", "C"), ("Own",)}
    assert graph.creation_order == (("Free",),)


def test_chain_of_ten_thousand_resources_takes_under_a_second() -> None:
    resources = {f"R{i}": resource(DependsOn=f"R{i - 1}") for i in range(1, 10_000)}
    template = template_of({"Resources": {"R0": resource(), **resources}})
    started = process_time()

    graph = dependencies(template)

    assert len(graph.creation_order) == 10_000
    assert len(graph.before("R9999")) == 9_999
    assert len(graph.critical_path({})) >= 1
    assert process_time() - started < 1


@pytest.mark.parametrize(
    ("sections", "reason"),
    [
        (
            {"Conditions": {"C": {"Fn::Equals": [{"Ref": "A"}, ""]}}},
            "Unresolved dependencies [A]. Cannot reference resources in the Conditions block",
        ),
        (
            {"Outputs": {"O": {"Value": {"Fn::Sub": "${Nothing.Arn}"}}}},
            "Unresolved resource dependencies [Nothing] in the Outputs block of the template",
        ),
        (
            {"Outputs": {"O": {"Value": "a", "Condition": "Nothing"}}},
            "Unresolved condition dependency Nothing in the Outputs block of the template",
        ),
        (
            {"Resources": {"A": resource(DependsOn="Nothing")}},
            "Unresolved resource dependencies [Nothing] in the Resources block of the template",
        ),
        (
            {"Resources": {"A": resource({"P": {"Fn::If": ["Nothing", 1, 2]}})}},
            "Unresolved condition dependency Nothing in the Resources block of the template",
        ),
    ],
    ids=str,
)
def test_dangling_reference_is_reported_in_cloudformations_words(
    sections: Json, reason: str
) -> None:
    (found,) = dangling(template_of({"Resources": {"A": resource()}, **sections}))

    assert reason in found


def test_product_has_neither_cycles_nor_dangling_references() -> None:
    template = template_of(product())

    assert dependencies(template).cycles == ()
    assert dangling(template) == ()


def test_one_walk_finds_references_and_conditions() -> None:
    strange = {
        "If": {
            "Fn::If": ["C", {"Ref": "A"}, {"Fn::Sub": ["${B.Arn}${Own}", {"Own": {"Ref": "D"}}]}]
        },
        "Beside": {"Ref": "E", "Condition": "F"},
        "Attribute": [{"Fn::GetAtt": "G.Arn"}, {"Fn::GetAtt": ["H", {"Ref": "I"}]}],
    }

    for expression in (strange, *product()["Resources"].values()):
        assert names_in(expression) == {*references_in(expression), *conditions_in(expression)}
