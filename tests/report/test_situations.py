"""With which values of conditions two templates are compared, and what is said to be left out."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pytest
from click import style
from hypothesis import given
from hypothesis import strategies as st

from payment_templates.cloudformation import evaluate, parse_template
from payment_templates.report.comparison import compare
from payment_templates.report.comparison.comparison import compare_resources
from payment_templates.report.comparison.output import to_json, to_markdown, to_text
from payment_templates.report.comparison.resources import changed_resources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.report.comparison import ResourceChange
    from tests.evidence.changes import Json

BUCKET: Json = {"Type": "AWS::S3::Bucket"}
TOPIC: Json = {"Type": "AWS::SNS::Topic"}


def equals(name: str, value: str = "y") -> Json:
    return {"Fn::Equals": [{"Ref": name}, value]}


def template(
    conditions: Json, parameters: Json | None = None, *, top: Json | None = None, **resources: Json
) -> Template:
    """Return a template with these conditions; its parameters are "n" if they are not given."""
    given = parameters or {name: {"Type": "String", "Default": "n"} for name in "ABCD"}
    document = {"Parameters": given, "Conditions": conditions, "Resources": resources}
    return parse_template(json.dumps({**document, **(top or {})}), name="template")


def changes(before: Template, after: Template) -> Mapping[str, ResourceChange]:
    return {it.logical_id: it for it in compare_resources(before, after, "us-east-1", {})}


def named(name: object, condition: str = "") -> Json:
    there = {"Condition": condition} if condition else {}
    return {**BUCKET, **there, "Properties": {"BucketName": name}}


@pytest.mark.parametrize(
    "operand",
    [{"Ref": "Size"}, {"Ref": "AWS::AccountId"}],
    ids=["parameter without a value", "pseudo parameter"],
)
def test_undecided_condition_may_be_false(operand: Json) -> None:
    conditions = {"Large": {"Fn::Equals": [operand, "large"]}}
    parameters = {"Size": {"Type": "String"}}

    found = changes(
        template(conditions, parameters, Data=BUCKET, Topic={**TOPIC, "Condition": "Large"}),
        template(
            conditions,
            parameters,
            Data={**BUCKET, "Condition": "Large"},
            Topic={**TOPIC, "Condition": "Large"},
        ),
    )

    assert [(it.effect, it.when) for it in found.values()] == [("removed", "not Large")]
    assert found["Data"].lost


def test_condition_of_many_parameters_is_turned() -> None:
    conditions = {"All": {"Fn::And": [equals(name) for name in "ABCD"]}}
    gone = template(conditions, Topic=TOPIC)

    found = changes(template(conditions, Topic=TOPIC, Data=named("x", "All")), gone)

    assert found["Data"].when == "All"
    assert found["Data"].lost


@pytest.mark.parametrize(
    ("value", "when"),
    [
        (["OnB", "new", "same"], "OnA and OnB"),
        (["OnB", {"Fn::If": ["OnC", "new", "one"]}, "same"], "OnA and OnB and OnC"),
        (["OnB", "one", {"Fn::If": ["OnC", "new", "same"]}], "OnA and OnC"),
    ],
    ids=["two", "three", "one of two branches"],
)
def test_conditions_that_decide_one_property_are_combined(value: list[object], when: str) -> None:
    conditions = {"OnA": equals("A"), "OnB": equals("B"), "OnC": equals("C")}
    before = template(
        conditions, Topic=TOPIC, Data=named({"Fn::If": ["OnB", "one", "same"]}, "OnA")
    )

    found = changes(before, template(conditions, Topic=TOPIC, Data=named({"Fn::If": value}, "OnA")))

    assert (found["Data"].effect, found["Data"].when) == ("replaced", when)
    assert found["Data"].lost


def test_reference_under_another_condition_is_followed() -> None:
    conditions = {"OnA": equals("A"), "OnB": equals("B")}
    policy = {
        "Type": "AWS::S3::BucketPolicy",
        "Condition": "OnB",
        "Properties": {"Bucket": {"Ref": "Data"}, "PolicyDocument": {}},
    }
    before, after = (
        template(conditions, Data=named({"Fn::If": ["OnA", one, "same"]}), Policy=policy)
        for one in ("old", "new")
    )

    found = changes(before, after)

    assert (found["Policy"].effect, found["Policy"].when) == ("replaced", "OnA and OnB")


def test_two_resources_meet_only_if_both_exist() -> None:
    conditions = {"OnA": equals("A"), "OnB": equals("B")}

    found = changes(
        template(conditions, Topic=TOPIC, Old=named("payments", "OnA")),
        template(conditions, Topic=TOPIC, New=named("payments", "OnB")),
    )

    assert (found["New"].effect, found["New"].when) == (
        "refused",
        "OnB and OnA",
    )


def test_two_resources_meet_in_a_place_that_conditions_decide() -> None:
    conditions = {"OnA": equals("A"), "OnB": equals("B")}

    def policy(bucket: object) -> Json:
        properties: Json = {"Bucket": bucket, "PolicyDocument": {}}
        return {"Type": "AWS::S3::BucketPolicy", "Properties": properties}

    old = policy({"Fn::If": ["OnA", "payments", "other"]})

    found = changes(
        template(conditions, Old=old, Topic=TOPIC),
        template(
            conditions,
            Old=old,
            New=policy({"Fn::If": ["OnB", "payments", "third"]}),
            Topic=TOPIC,
        ),
    )

    assert (found["New"].effect, found["New"].when) == ("refused", "OnA and OnB")


def test_new_default_is_combined_with_conditions() -> None:
    conditions = {"OnA": equals("A")}
    before, after = (
        template(
            conditions,
            {"A": {"Type": "String", "Default": "n"}, "Name": {"Type": "String", "Default": it}},
            Topic=TOPIC,
            Data=named({"Ref": "Name"}, "OnA"),
        )
        for it in ("one", "two")
    )

    found = changes(before, after)

    assert found["Data"].when == "Name takes its new default and OnA"


def test_values_that_a_parameter_does_not_accept_are_no_situation() -> None:
    conditions = {"Large": equals("Size", "large"), "Huge": equals("Size", "huge")}
    parameters = {
        "Size": {"Type": "String", "Default": "large", "AllowedValues": ["large", "small"]}
    }
    before = template(conditions, parameters, Topic=TOPIC, Data=named("x", "Huge"))

    assert not changes(before, template(conditions, parameters, Topic=TOPIC))


def test_values_that_a_rule_refuses_are_not_combined() -> None:
    conditions = {"OnA": equals("A"), "OnB": equals("B")}
    never_both = {
        "Rules": {
            "One": {"Assertions": [{"Assert": {"Fn::Not": [{"Fn::And": [*conditions.values()]}]}}]}
        }
    }
    before, after = (
        template(
            conditions,
            top=never_both,
            Topic=TOPIC,
            Data=named({"Fn::If": ["OnB", one, "same"]}, "OnA"),
        )
        for one in ("old", "new")
    )

    assert not changes(before, after)


def test_too_many_combinations_are_said_to_be_left_out() -> None:
    names = [f"P{number}" for number in range(12)]
    parameters = {name: {"Type": "String", "Default": "n"} for name in names}
    conditions = {f"On{name}": equals(name) for name in names}
    before, after = (
        template(
            conditions,
            parameters,
            Data=named(
                {"Fn::Join": ["-", [{"Fn::If": [f"On{name}", one, "n"]} for name in names]]}
            ),
        )
        for one in ("old", "new")
    )

    found = compare(before, after, profiles=("any", "any"))

    assert found.unexamined == ("Data",)
    assert found.fails(["Data"])
    line = "not examined: too many combinations of conditions decide Data"
    assert any(line in it for it in to_text(found, style))
    assert line in to_markdown(found, fails=True)
    assert json.loads(to_json(found, fails=True))["unexamined"] == ["Data"]


def test_conditions_of_what_does_not_change_are_not_combined() -> None:
    names = [f"P{number}" for number in range(12)]
    parameters = {name: {"Type": "String", "Default": "n"} for name in names}
    conditions = {f"On{name}": equals(name) for name in names}
    joined = {"Fn::Join": ["-", [{"Fn::If": [f"On{name}", "y", "n"]} for name in names]]}

    found = compare(
        template(conditions, parameters, Data=named(joined)),
        template(conditions, parameters, Data=named(joined), Topic=TOPIC),
        profiles=("any", "any"),
    )

    assert not found.unexamined


NAMES = ("OnA", "OnB", "OnC")


def _negated(one: Json) -> Json:
    return {"Fn::Not": [one]}


def _joined(function: str, one: Json, other: Json) -> Json:
    return {function: [one, other]}


def _either(name: str, one: object, other: object) -> object:
    return {"Fn::If": [name, one, other]}


def _deeper(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    functions = st.sampled_from(("Fn::And", "Fn::Or"))
    return st.builds(_negated, inner) | st.builds(_joined, functions, inner, inner)


def _with_branches(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(_either, st.sampled_from(NAMES), inner, inner)


VALUE: st.SearchStrategy[object] = st.sampled_from(("one", "two", "three"))
VALUES = st.recursive(VALUE, _with_branches, max_leaves=3)
CONDITION = st.builds(equals, st.sampled_from("ABC"), st.sampled_from("yz"))
CONDITIONS = st.dictionaries(
    st.just("Fn::Or"),
    st.lists(st.recursive(CONDITION, _deeper, max_leaves=3), min_size=2, max_size=2),
    min_size=1,
)
BUCKETS = st.dictionaries(
    st.sampled_from(("First", "Second")),
    st.builds(named, VALUES, st.sampled_from(("", *NAMES))),
)
SIDES = st.tuples(st.tuples(CONDITIONS, CONDITIONS, CONDITIONS), BUCKETS)


@given(old=SIDES, new=SIDES)
def test_no_values_of_parameters_change_more_than_is_found(
    old: tuple[tuple[Json, ...], Json], new: tuple[tuple[Json, ...], Json]
) -> None:
    before, after = (
        template(dict(zip(NAMES, conditions, strict=True)), T=TOPIC, **buckets)
        for conditions, buckets in (old, new)
    )

    found = changes(before, after)

    for values in product("nyz", repeat=3):
        given_values = dict(zip("ABC", values, strict=True))
        stacks = [
            evaluate(it, region="us-east-1", parameters=given_values) for it in (before, after)
        ]
        for change in changed_resources(*stacks):
            known = found[change.logical_id]
            fails = known.effect in {"refused", "undone"}
            assert fails or (bool(known.lost), known.effect.rank) >= (
                bool(change.lost),
                change.effect.rank,
            )
