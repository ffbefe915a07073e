"""Tests that equivalent spellings of a template give the same values, identities and order."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given
from hypothesis import strategies as st

from payment_templates.cloudformation import dependencies, template_of
from payment_templates.cloudformation.evaluation.resource_names import NAMINGS
from payment_templates.cloudformation.values import name_of
from tests.cloudformation.templates import Json, product, stack_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from payment_templates.cloudformation import Stack

DOCUMENT = product()
TYPES: dict[str, str] = {name: it["Type"] for name, it in DOCUMENT["Resources"].items()}
TEXTS = {name for name, it in DOCUMENT["Parameters"].items() if "List" not in it["Type"]}
PSEUDO = {"AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix", "AWS::StackName"}
GIVEN = {"HostedZoneId": "Z0EXAMPLE", "DomainName": "pay.example.com"}


def respellings(node: Any) -> list[Callable[[], object]]:  # noqa: ANN401 - as respelt
    """Return equivalent ways to write a value that is text."""
    match node:
        case {"Ref": str(name)} if name in TYPES or name in TEXTS or name in PSEUDO:
            return [*_wrapped(node), lambda: {"Fn::Sub": f"${{{name}}}"}, *_attributes(name)]
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return [
                *_wrapped(node),
                lambda: {"Fn::Sub": f"${{{name}.{attribute}}}"},
                lambda: {"Fn::GetAtt": f"{name}.{attribute}"},
            ]
        case {"Fn::Sub": str(text)}:
            return [
                *_wrapped(node),
                lambda: {"Fn::Sub": [text, dict[str, object]()]},
                lambda: {"Fn::Sub": ["${It}", {"It": node}]},
                lambda: {"Fn::Join": ["", [{"Fn::Sub": text}, ""]]},
            ]
        case {"Fn::Join": _}:
            return _wrapped(node)
        case str():
            return [
                *_wrapped(node),
                lambda: {"Fn::Sub": node.replace("${", "${!")},
                lambda: {"Fn::Join": ["-", node.split("-")]},
                lambda: {"Fn::FindInMap": ["None", "of", "these", {"DefaultValue": node}]},
            ]
        case _:
            return []


def _wrapped(node: object) -> list[Callable[[], object]]:
    return [
        lambda: node,
        lambda: {"Fn::Join": ["", [node]]},
        lambda: {"Fn::Select": [1, ["other", node]]},
        lambda: {"Fn::If": ["Always", node, "other"]},
        lambda: {"Fn::If": ["IsPrimaryRegion", node, node]},
    ]


def _attributes(name: str) -> list[Callable[[], object]]:
    naming = NAMINGS.get(TYPES.get(name, ""))
    return [lambda: {"Fn::GetAtt": [name, naming.ref[0]]}] if naming else []


def respelt(node: Any, draw: Callable[[int], int]) -> Any:  # noqa: ANN401 - a node of the template
    """Replace every value of a node by a drawn equivalent, from the inside out."""
    ways = respellings(node)
    if ways:
        return ways[draw(len(ways))]()
    if isinstance(node, list):
        return [respelt(entry, draw) for entry in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    table = cast("Json", node)
    if len(table) == 1 and next(iter(table)).startswith("Fn::"):
        return table
    return {key: respelt(entry, draw) for key, entry in table.items()}


def respelt_document(draw: Callable[[int], int]) -> Json:
    """Rewrite the generated template without changing its meaning."""
    document = copy.deepcopy(DOCUMENT)
    document["Conditions"]["Always"] = {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}
    for resource in document["Resources"].values():
        resource["Properties"] = {
            key: respelt(entry, draw) for key, entry in resource["Properties"].items()
        }
    for output in document["Outputs"].values():
        output["Value"] = respelt(output["Value"], draw)
    return document


def meaning(stack: Stack) -> dict[str, object]:
    """Return everything that a stack evaluates to."""
    properties = {name: name_of(it.properties.entries) for name, it in stack.resources.items()}
    outputs = {name: name_of(value) for name, value in stack.outputs.items()}
    return {**properties, **{f"output {name}": value for name, value in outputs.items()}}


@given(st.randoms(use_true_random=False), st.sampled_from([{}, GIVEN]))
def test_respelt_template_means_the_same(random: Random, parameters: dict[str, str]) -> None:
    document = respelt_document(random.randrange)
    before = stack_of(DOCUMENT, given=parameters)

    after = stack_of(document, given=parameters)

    assert document != DOCUMENT
    assert not after.problems
    assert meaning(after) == meaning(before)
    assert None not in meaning(after).values()


@given(st.randoms(use_true_random=False))
def test_respelt_template_is_created_in_the_same_order(random: Random) -> None:
    conditions = stack_of(DOCUMENT).conditions
    document = respelt_document(random.randrange)

    after = dependencies(template_of(document), {**conditions, "Always": True})

    before = dependencies(template_of(DOCUMENT), conditions)
    assert after.direct == before.direct
    assert after.creation_order == before.creation_order
