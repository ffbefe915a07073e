"""Tests the evaluation and the combinations of conditions and rules."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import (
    Unknown,
    asked_in,
    combinations,
    conditions_by_resource,
    conditions_of,
    decided_by,
    decided_document,
    evaluate,
    parameters_of,
    recorded,
    template_of,
)
from payment_templates.cloudformation.template import part_of
from tests.cloudformation.templates import TOPIC, Json, product, stack_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from payment_templates.cloudformation import Decision, Parameter

PARAMETERS: Json = {
    "Given": {"Type": "String", "Default": "a"},
    "List": {"Type": "CommaDelimitedList", "Default": "a,b"},
    "Open": {"Type": "String"},
    "Choice": {"Type": "String", "AllowedValues": ["x", "y"]},
}
YES: Json = {"Fn::Equals": [{"Ref": "Given"}, "a"]}
NO: Json = {"Fn::Equals": [{"Ref": "Given"}, "b"]}
OPEN: Json = {"Fn::Equals": [{"Ref": "Open"}, "a"]}


def decide(expression: object) -> object:
    """Evaluate one condition; "unknown" when the parameters do not decide it."""
    document = {
        "Parameters": PARAMETERS,
        "Conditions": {"It": expression},
        "Resources": {"Topic": TOPIC},
    }
    found = stack_of(document).conditions["It"]
    return "unknown" if isinstance(found, Unknown) else found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (YES, True),
        (NO, False),
        (OPEN, "unknown"),
        ({"Fn::Equals": [{"Ref": "Open"}, {"Fn::Sub": "${Open}"}]}, True),
        ({"Fn::Equals": [{"Fn::Sub": "x-${Open}"}, "y-a"]}, False),
        ({"Fn::Equals": [{"Fn::Sub": "${Open}-x"}, "a-y"]}, False),
        ({"Fn::Equals": [{"Fn::Sub": "x-${Open}"}, "x-a"]}, "unknown"),
        ({"Fn::Equals": [{"Ref": "Choice"}, "z"]}, False),
        ({"Fn::Equals": [{"Ref": "Choice"}, "x"]}, "unknown"),
        ({"Fn::Equals": [{"Fn::Transform": {"Name": "M"}}, {"Fn::Own": 1}]}, "unknown"),
        ({"Fn::Equals": [5, "5"]}, True),
        ({"Fn::Equals": [True, "true"]}, True),
        ({"Fn::Equals": ["a", "A"]}, False),
        ({"Fn::Equals": [{"Ref": "List"}, ["a", "b"]]}, True),
        ({"Fn::Equals": [{"Fn::Select": [1, {"Ref": "List"}]}, "b"]}, True),
        ({"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}, True),
        ({"Fn::Not": [NO]}, True),
        ({"Fn::Not": [OPEN]}, "unknown"),
        ({"Fn::And": [YES, YES]}, True),
        ({"Fn::And": [OPEN, NO]}, False),
        ({"Fn::And": [OPEN, YES]}, "unknown"),
        ({"Fn::Or": [OPEN, YES]}, True),
        ({"Fn::Or": [OPEN, NO]}, "unknown"),
        ({"Fn::Or": [NO, NO]}, False),
        ({"Fn::Contains": [["a", "b"], {"Ref": "Given"}]}, True),
        ({"Fn::Contains": [{"Ref": "List"}, "c"]}, False),
        ({"Fn::Contains": [["a", "b"], {"Ref": "Open"}]}, "unknown"),
        ({"Fn::EachMemberEquals": [["a", "a"], {"Ref": "Given"}]}, True),
        ({"Fn::EachMemberEquals": [{"Ref": "List"}, "a"]}, False),
        ({"Fn::EachMemberIn": [{"Ref": "List"}, ["a", "b", "c"]]}, True),
        ({"Fn::EachMemberIn": [["a", "z"], {"Ref": "List"}]}, False),
        ({"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["T", "V"]}, {"Fn::RefAll": "T"}]}, "unknown"),
    ],
    ids=str,
)
def test_condition_is(expression: object, expected: object) -> None:
    assert decide(expression) == expected


def test_undecided_condition_names_its_parameter() -> None:
    document = {
        "Parameters": PARAMETERS,
        "Conditions": {"A": {"Fn::And": [{"Condition": "B"}, YES]}, "B": {"Fn::Not": [OPEN]}},
        "Resources": {"Topic": TOPIC},
    }

    found = stack_of(document).conditions["A"]

    assert isinstance(found, Unknown)
    assert found.parameter == "Open"


@pytest.mark.parametrize(
    ("conditions", "problem"),
    [
        ({"A": {"Condition": "A"}}, "the condition A depends on itself"),
        ({"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}}, "depends on itself"),
        ({"A": {"Condition": "Nothing"}}, "the template has no condition Nothing"),
        ({"A": {"Fn::Equals": ["a"]}}, "is not a condition"),
        ({"A": {}}, "is not a condition"),
        ({"A": {"Fn::Not": ["text"]}}, "text is not a condition"),
        ({"A": {"Fn::Equals": [{"Ref": "Topic"}, "a"]}}, "cannot refer to the resource Topic"),
    ],
    ids=str,
)
def test_invalid_condition_is_a_problem(conditions: Json, problem: str) -> None:
    stack = stack_of({"Conditions": conditions, "Resources": {"Topic": TOPIC}})

    assert len(stack.problems) == 1
    assert problem in stack.problems[0].message
    assert stack.problems[0].place.startswith("Conditions.")


def test_resource_of_an_undecided_condition_may_exist() -> None:
    resources = {
        "Never": {**TOPIC, "Condition": "No"},
        "Perhaps": {**TOPIC, "Condition": "Open"},
        "Always": {**TOPIC, "Condition": "Yes"},
    }
    conditions = {"Yes": YES, "No": NO, "Open": OPEN}

    found = stack_of(
        {"Parameters": PARAMETERS, "Conditions": conditions, "Resources": resources}
    ).resources

    assert list(found) == ["Perhaps", "Always"]
    assert found["Always"].created is True
    assert isinstance(found["Perhaps"].created, Unknown)


def test_reference_to_resource_that_is_not_created_is_a_problem() -> None:
    other = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Never"}}}
    document = {
        "Parameters": PARAMETERS,
        "Conditions": {"No": NO},
        "Resources": {"Never": {**TOPIC, "Condition": "No"}, "It": other},
    }

    (problem,) = stack_of(document).problems

    assert str(problem).startswith("Resources.It.Properties.DisplayName")
    assert "Never is not created under these conditions" in problem.message


@pytest.mark.parametrize(("forced", "names"), [(True, ["It"]), (False, [])])
def test_forced_condition_overrides_the_parameters(forced: Decision, names: list[str]) -> None:
    document = {
        "Parameters": PARAMETERS,
        "Conditions": {"Open": OPEN},
        "Resources": {"It": {**TOPIC, "Condition": "Open"}},
    }

    stack = evaluate(template_of(document), region="us-east-1", conditions={"Open": forced})

    assert list(stack.resources) == names


@pytest.mark.parametrize(
    ("condition", "assertion", "broken", "undecided"),
    [
        (None, NO, ("said",), ()),
        (None, YES, (), ()),
        (YES, NO, ("said",), ()),
        (NO, NO, (), ()),
        (OPEN, NO, (), ("said",)),
        (OPEN, YES, (), ()),
        (None, OPEN, (), ("said",)),
        (None, {"Fn::EachMemberIn": [{"Fn::RefAll": "T"}, ["a"]]}, (), ("said",)),
    ],
    ids=str,
)
def test_rule_is_evaluated_as_far_as_it_is_known(
    condition: object, assertion: object, broken: tuple[str, ...], undecided: tuple[str, ...]
) -> None:
    rule: Json = {"Assertions": [{"Assert": assertion, "AssertDescription": "said"}]}
    if condition is not None:
        rule["RuleCondition"] = condition

    stack = stack_of(
        {"Parameters": PARAMETERS, "Rules": {"R": rule}, "Resources": {"Topic": TOPIC}}
    )

    assert stack.broken_rules == broken
    assert stack.undecided_rules == undecided


@pytest.mark.parametrize("reverse", [False, True])
def test_chain_of_ten_thousand_conditions_is_evaluated_in_a_second(reverse: bool) -> None:  # noqa: FBT001 - a case of the table
    chain: Json = {"C0": YES}
    for index in range(1, 10_000):
        chain[f"C{index}"] = {"Fn::Not": [{"Condition": f"C{index - 1}"}]}
    conditions = dict(reversed(chain.items())) if reverse else chain
    started = process_time()

    stack = stack_of(
        {"Parameters": PARAMETERS, "Conditions": conditions, "Resources": {"Topic": TOPIC}}
    )

    assert stack.conditions["C9999"] is False
    assert stack.conditions["C9998"] is True
    assert process_time() - started < 1


def offer(parameter: Parameter, compared_with: Sequence[str]) -> Iterable[str]:
    """Return the texts that a parameter is compared with, and another one."""
    del parameter
    return (*compared_with, "other")


def switched(count: int) -> Json:
    """Return a template with this many independent conditions."""
    numbers = range(count)
    return {
        "Parameters": {f"P{i}": {"Type": "String", "Default": "no"} for i in numbers},
        "Conditions": {f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "yes"]} for i in numbers},
        "Resources": {f"T{i}": {**TOPIC, "Condition": f"C{i}"} for i in numbers},
    }


def test_all_combinations_are_found_starting_with_the_start() -> None:
    start = stack_of(switched(3))

    found = combinations(start, offer)

    outcomes = [tuple(stack.conditions.values()) for stack in found.stacks]
    assert outcomes[0] == (False, False, False)
    assert len(set(outcomes)) == len(outcomes) == 8
    assert found.left_out == 0


def test_only_requested_conditions_are_varied() -> None:
    document = switched(20)
    for name in ("T3", "T4"):
        document["Resources"][name]["Type"] = "AWS::SQS::Queue"
    start = stack_of(document)
    about = conditions_of(start.template, ["AWS::SQS::Queue"])

    found = combinations(start, offer, about=about)

    assert about == {"C3", "C4"}
    assert set(found.switches) == {"P3", "P4"}
    assert len(found.stacks) == 4


# What a reader does not read of a resource needs no combination.
@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {"Read": {"Fn::If": ["C0", "a", "b"]}, "Other": {"Fn::If": ["C1", "a", "b"]}},
            {"C0", "C2"},
        ),
        (
            {"Fn::If": ["C0", {"Read": "a"}, {"Other": {"Fn::If": ["C1", "a", "b"]}}]},
            {"C0", "C1", "C2"},
        ),
    ],
    ids=["property by property", "all properties by a function"],
)
def test_only_conditions_of_the_property_that_is_read_are_varied(
    properties: Json, expected: set[str]
) -> None:
    document = switched(3)
    document["Resources"] = {
        "Queue": {"Type": "AWS::SQS::Queue", "Condition": "C2", "Properties": properties}
    }
    template = stack_of(document).template

    assert conditions_of(template, [part_of("AWS::SQS::Queue", "Read")]) == expected
    assert conditions_of(template, ["AWS::SQS::Queue"]) == {"C0", "C1", "C2"}
    assert conditions_of(template, [part_of("AWS::SQS::QueuePolicy", "Read")]) == set()


def test_part_of_a_resource_has_only_the_properties_that_were_asked_for() -> None:
    stack = stack_of(
        {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"A": "1", "B": "2"}}}}
    )

    with recorded() as reads:
        found = stack.find_part(stack.value({"Ref": "Queue"}), "AWS::SQS::Queue", "A")

    assert found is not None
    assert dict(found.properties.entries) == {"A": "1"}
    assert asked_in(stack.template, (read for _, read in reads)) == {
        part_of("AWS::SQS::Queue", "A")
    }


def test_above_the_limit_single_changes_pairs_and_all_at_once_are_kept() -> None:
    start = stack_of(switched(20))

    found = combinations(start, offer, most=21)

    changed = [sum(map(bool, stack.conditions.values())) for stack in found.stacks]
    assert changed == [0, 20] + [1] * 20 + [2] * 190
    assert found.left_out == 2**20 - 212


def test_above_the_limit_what_a_rule_accepts_only_together_is_one_choice() -> None:
    both = [{"Fn::Equals": [{"Ref": name}, "yes"]} for name in ("P0", "P1")]
    either = [{"Fn::And": both}, {"Fn::Not": [{"Fn::Or": both}]}]
    asked = {"Assert": {"Fn::Or": either}, "AssertDescription": "Give P0 and P1, or neither"}
    start = stack_of({**switched(20), "Rules": {"Asks": {"Assertions": [asked]}}})

    found = combinations(start, offer, most=21)

    changed = [sum(map(bool, stack.conditions.values())) for stack in found.stacks]
    # The two are one choice, and each of the other 18 is one.
    assert sorted(changed) == [0, *[1] * 18, *[2] * 154, *[3] * 18, 20]


def test_above_the_limit_all_at_once_are_as_many_as_the_rules_accept() -> None:
    both = {"Fn::And": [{"Fn::Equals": [{"Ref": name}, "yes"]} for name in ("P0", "P1")]}
    asked = {"Assert": {"Fn::Not": [both]}, "AssertDescription": "Give P0 or P1"}
    start = stack_of({**switched(20), "Rules": {"Asks": {"Assertions": [asked]}}})

    found = combinations(start, offer, most=21)

    assert max(sum(map(bool, stack.conditions.values())) for stack in found.stacks) == 19


def test_above_the_limit_every_change_has_what_a_rule_asks_for() -> None:
    asked = {"Assert": {"Fn::Equals": [{"Ref": "P0"}, "yes"]}, "AssertDescription": "Give P0"}
    start = stack_of({**switched(20), "Rules": {"Asks": {"Assertions": [asked]}}})

    found = combinations(start, offer, most=21)

    changed = [sum(map(bool, stack.conditions.values())) for stack in found.stacks]
    assert changed == [1, 20] + [2] * 19 + [3] * 171


@pytest.mark.parametrize("count", [3, 11])
def test_above_the_limit_a_rule_may_ask_for_many_changes_at_once(count: int) -> None:
    # Of eleven parameters that a rule connects, it accepts three at once.
    wanted = [{"Fn::Equals": [{"Ref": f"P{i}"}, "yes"]} for i in range(3)]
    others = [{"Fn::Equals": [{"Ref": f"P{i}"}, "never"]} for i in range(3, count)]
    asked = {"Assert": {"Fn::And": [*wanted, {"Fn::Not": [{"Fn::Or": [*others, NO]}]}]}}
    rules = {"Asks": {"Assertions": [{**asked, "AssertDescription": "Give three"}]}}
    document = {**switched(20), "Rules": rules}
    document["Parameters"] |= PARAMETERS

    found = combinations(stack_of(document), offer, most=21)

    first = [*found.stacks[0].conditions.values()]
    assert first == [True] * 3 + [False] * 17
    assert len(found.stacks) > 100


def test_only_what_the_rules_accept_counts_towards_the_limit() -> None:
    def both_or_none(one: str, other: str) -> Json:
        given = [{"Fn::Equals": [{"Ref": name}, "yes"]} for name in (one, other)]
        accepted = {"Fn::Or": [{"Fn::And": given}, {"Fn::Not": [{"Fn::Or": given}]}]}
        return {"Assertions": [{"Assert": accepted, "AssertDescription": f"{one} and {other}"}]}

    rules = {f"Pair{i}": both_or_none(f"P{2 * i}", f"P{2 * i + 1}") for i in range(6)}
    start = stack_of({**switched(12), "Rules": rules})

    found = combinations(start, offer, most=2**6)

    assert len(found.stacks) == 2**6
    assert found.left_out == 0


def test_fixed_parameter_is_not_varied() -> None:
    found = combinations(stack_of(switched(2)), offer, fixed={"P0"})

    assert set(found.switches) == {"P1"}


def test_rule_connects_parameters_and_excludes_what_it_refuses() -> None:
    document = switched(2)
    given = [{"Fn::Equals": [{"Ref": name}, "yes"]} for name in ("P0", "P1")]
    none = {"Fn::Not": [{"Fn::Or": given}]}
    both = {"Fn::Or": [{"Fn::And": given}, none]}
    document["Rules"] = {"Both": {"Assertions": [{"Assert": both, "AssertDescription": "both"}]}}

    found = combinations(stack_of(document), offer, about={"C0"})

    assert [tuple(stack.conditions.values()) for stack in found.stacks] == [
        (False, False),
        (True, True),
    ]


def test_rule_that_refuses_the_defaults_adds_its_own_parameters_only() -> None:
    asked = {"Assert": {"Fn::Equals": [{"Ref": "P1"}, "yes"]}, "AssertDescription": "Give P1"}
    document = {**switched(20), "Rules": {"Asks": {"Assertions": [asked]}}}

    found = combinations(stack_of(document), offer, about={"C0"})

    assert set(found.switches) == {"P0", "P1"}
    outcomes = [(stack.conditions["C0"], stack.conditions["C1"]) for stack in found.stacks]
    assert outcomes == [(False, True), (True, True)]


def test_conditions_of_a_resource_include_those_of_its_neighbours_existence() -> None:
    document = switched(4)
    resources = document["Resources"]
    resources["T0"]["Properties"] = {"Name": {"Fn::If": ["C3", {"Ref": "T1"}, "none"]}}
    resources["T2"]["DependsOn"] = "T0"

    found = conditions_by_resource(template_of(document))

    # Those of T1 and T3 are parts of the first.
    assert found == {frozenset({"C0", "C1", "C3"}), frozenset({"C0", "C2"})}


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy"])
def test_condition_that_decides_an_attribute_decides_the_resource(attribute: str) -> None:
    document = switched(2)
    document["Transform"] = "AWS::LanguageExtensions"
    queue = {"Type": "AWS::SQS::Queue", attribute: {"Fn::If": ["C1", "Retain", "Delete"]}}
    document["Resources"]["Queue"] = queue

    assert conditions_of(template_of(document), ["AWS::SQS::Queue"]) == {"C1"}


def test_outputs_are_a_part_with_conditions_of_their_own() -> None:
    document = switched(3)
    value = {"Fn::If": ["C1", "a", "b"]}
    document["Outputs"] = {"It": {"Condition": "C0", "Value": value}}
    stack = stack_of(document)

    with recorded() as reads:
        assert not stack.outputs

    parts = asked_in(stack.template, (read for _, read in reads))
    assert conditions_of(stack.template, parts) == {"C0", "C1"}


def test_rules_that_refuse_everything_are_reported() -> None:
    document = switched(1)
    document["Rules"] = {"Never": {"Assertions": [{"Assert": NO, "AssertDescription": "never"}]}}
    document["Parameters"] |= PARAMETERS

    found = combinations(stack_of(document), offer, fixed={"Given"})

    assert not found.stacks
    assert found.refusals == ("never",)


def test_parameters_of_conditions_are_followed_through_other_conditions() -> None:
    document = switched(2)
    document["Conditions"]["Both"] = {"Fn::And": [{"Condition": "C0"}, {"Condition": "C1"}]}

    assert parameters_of(template_of(document), ["Both"]) == {"P0", "P1"}


def test_pseudo_parameters_decide_conditions_too() -> None:
    here = {"Fn::Equals": [{"Fn::Sub": "${AWS::Region}"}, "eu-west-1"]}
    document = {"Resources": {"Topic": TOPIC}, "Conditions": {"Here": here}}

    assert decided_by(template_of(document), ["Here"]) == {"AWS::Region"}


def test_decided_document_has_no_conditions() -> None:
    document = product()
    stack = stack_of(document)

    decided = str(decided_document(stack.template, stack.conditions))

    assert "Fn::If" in str(document)
    assert "Fn::If" not in decided
    assert "AWS::NoValue" not in decided
    assert decided.count("'Type': 'AWS::") == len(stack.resources)
