"""Which combinations of conditions a claim is examined on: those that decide what it reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import examine, scenarios
from payment_templates.evidence.claim import Claim, Verdict, broken, kept
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.scenarios import examine_with
from payment_templates.evidence.undecided_choices import choices_of
from tests.evidence.templates import CLAIMS, production_document, real_document

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from payment_templates.cloudformation import Stack, StackResource, Template
    from payment_templates.evidence import Examination, Finding, Topology
    from payment_templates.evidence.examined_stacks import ExaminedStacks
    from payment_templates.evidence.scenarios import Scenarios
    from tests.evidence.changes import Json

QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"


def read(document: Json) -> Template:
    return parse_template(json.dumps(document, separators=(",", ":")), name="the template")


def switched(count: int, **resources: Json) -> Template:
    """Return a template with this many independent conditions, each with a topic."""
    numbers = range(count)
    topics = {f"T{i}": {"Type": TOPIC, "Condition": f"C{i}"} for i in numbers}
    return read(
        {
            "Parameters": {f"P{i}": {"Type": "String", "Default": "no"} for i in numbers},
            "Conditions": {f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "yes"]} for i in numbers},
            "Resources": {**topics, **resources},
        }
    )


def judged(template: Template, check: Callable[[Topology], Finding]) -> Examination:
    claim = Claim(id="its-own", title="A promise of its own", sources=(), how="", check=check)
    return examine(template, profile="any", claims=[claim])


@pytest.mark.parametrize(
    "profile", ["standard", pytest.param("production", marks=[pytest.mark.faults])]
)
def test_every_combination_of_all_conditions_gives_the_same_verdicts(
    profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = real_document() if profile == "standard" else production_document()
    few = examine(read(document), profile=profile)

    def every(
        template: Template, *, region: str, given: Mapping[str, str], parts: Collection[str]
    ) -> ExaminedStacks:
        del parts
        return stacks_of(template, region=region, given=given)

    monkeypatch.setattr(scenarios, "stacks_of", every)
    all_ = examine(read(document), profile=profile)

    assert all_.left_out == 0
    assert [result.finding for result in few.results] == [result.finding for result in all_.results]


def test_what_was_examined_before_does_not_change_the_combinations_of_a_claim() -> None:
    template = read(real_document())
    examine(template)

    def combined(claim: Claim, examined: Template) -> frozenset[str]:
        def check(cases: Scenarios) -> object:
            return claim.check(cases.here[0])

        return examine_with(check, examined, region="us-east-1", given={})[1].combined

    claims = [CLAIMS[name] for name in ("backups-kept", "nat-loss-detected", "tasks-can-start")]
    alone = [combined(claim, read(real_document())) for claim in claims]

    assert [combined(claim, template) for claim in claims] == alone
    assert len({*alone}) == len(alone)


READERS: dict[str, Callable[[Stack], StackResource | None]] = {
    "all of a type": lambda stack: stack.of_type(QUEUE)[0],
    "one by its logical ID": lambda stack: stack.resources["Queue"],
    "one of a type by its logical ID": lambda stack: stack.of("Queue", QUEUE),
    "what a value identifies": lambda stack: stack.find(stack.value({"Ref": "Queue"}), QUEUE),
    "a property": lambda stack: stack.find_part(stack.value({"Ref": "Queue"}), QUEUE, "Tags"),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_claim_about_one_resource_has_every_combination_of_its_conditions(
    reader: Callable[[Stack], StackResource | None],
) -> None:
    conditions = {f"C{i}": {"Fn::If": [f"C{i}", "yes", "no"]} for i in range(3)}
    queue = {"Type": QUEUE, "Properties": {"Tags": [*conditions.values()]}}

    def check(topology: Topology) -> Finding:
        found = reader(topology.stack)
        wrong = found and found.properties.get("Tags") == ["yes"] * 3
        return broken("three at once") if wrong else kept("fine")

    examination = judged(switched(20, Queue=queue), check)

    assert examination.results[0].finding.verdict is Verdict.BROKEN
    assert examination.results[0].combination == {"C0": True, "C1": True, "C2": True}
    # And one in which all others change.
    assert (examination.combinations, examination.left_out) == (9, 0)


# Neither in the defaults, nor among all pairs, nor where as much as possible is there.
_THREE = {"Fn::If": ["C3", "no", {"Fn::If": ["C0", {"Fn::If": ["C1", "yes", "no"]}, "no"]}]}
_ONLY_THREE = {"Fn::If": ["C2", _THREE, "no"]}


def test_name_through_another_resource_asks_for_the_conditions_of_both() -> None:
    group = "AWS::Logs::LogGroup"
    named = {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": _ONLY_THREE}}
    user = {"Type": group, "Properties": {"LogGroupName": {"Fn::Sub": "/ecs/${Named}"}}}

    def check(topology: Topology) -> Finding:
        found = topology.stack.find("/ecs/yes", group)
        return broken("named so") if found else kept("fine")

    examination = judged(switched(20, Named=named, User=user), check)

    assert examination.results[0].finding.verdict is Verdict.BROKEN


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_policy_asks_for_its_conditions(attribute: str) -> None:
    policy = json.loads(json.dumps(_ONLY_THREE).replace("yes", "Retain").replace("no", "Delete"))
    document = json.loads(switched(20, Queue={"Type": QUEUE, attribute: policy}).text)
    document["Transform"] = "AWS::LanguageExtensions"

    def check(topology: Topology) -> Finding:
        (found,) = topology.stack.of_type(QUEUE)
        policies = {found.deletion_policy, found.update_replace_policy}
        return broken("retained") if "Retain" in policies else kept("fine")

    examination = judged(read(document), check)

    assert examination.results[0].finding.verdict is Verdict.BROKEN
    assert examination.results[0].combination == {
        "C0": True,
        "C1": True,
        "C2": True,
        "C3": False,
    }


def test_fullest_stack_is_examined_before_its_variants() -> None:
    # Or a parameter that changes nothing would get the blame for what the stack itself breaks.
    document = json.loads(switched(2).text)
    document["Parameters"]["Other"] = {"Type": "Number", "Default": 1, "MaxValue": 9}
    template = read(document)
    defaults = {"P0": "no", "P1": "no", "Other": "1"}
    first = stack_of(template, region="us-east-1", parameters=defaults)
    full = {**defaults, "P0": "yes", "P1": "yes"}
    fullest = stack_of(template, region="us-east-1", parameters=full)

    words = [choice.words for choice in choices_of(first, [fullest], {})]

    half = len(words) // 2
    assert words[half] == "P0=yes, P1=yes"
    assert words[:half] == words[half + 1 :] != []


def test_claim_about_all_resources_has_every_combination_of_the_conditions_of_each() -> None:
    tags = [{"Fn::If": [f"C{i}", "yes", "no"]} for i in (3, 7, 11)]
    queue = {"Type": QUEUE, "Properties": {"Tags": tags}}

    def check(topology: Topology) -> Finding:
        every = topology.stack.resources.values()
        wrong = [it for it in every if it.properties.get("Tags") == ["yes"] * 3]
        return broken("three at once") if wrong and len([*every]) == 4 else kept("fine")

    examination = judged(switched(20, Queue=queue), check)

    assert examination.results[0].finding.verdict is Verdict.BROKEN
    assert examination.left_out > 1_000_000


def test_rule_that_asks_for_three_values_at_once_is_followed() -> None:
    document = json.loads(switched(12).text)
    wanted = [{"Fn::Equals": [{"Ref": f"P{i}"}, "yes"]} for i in range(3)]
    assertion = {"Assert": {"Fn::And": wanted}, "AssertDescription": "Give three"}
    document["Rules"] = {"Three": {"Assertions": [assertion]}}

    def check(topology: Topology) -> Finding:
        count = len(topology.stack.resources)
        return broken("all") if count == 12 else kept("fine")

    examination = judged(read(document), check)

    assert examination.results[0].finding.verdict is Verdict.BROKEN
    assert examination.left_out > 0


def test_claim_about_all_resources_has_every_combination_of_few_conditions() -> None:
    def check(topology: Topology) -> Finding:
        count = len(topology.stack.resources)
        return broken("five of seven") if count == 5 else kept("fine")

    examination = judged(switched(7), check)

    assert examination.results[0].finding.verdict is Verdict.BROKEN
    assert (examination.combinations, examination.left_out) == (128, 0)
