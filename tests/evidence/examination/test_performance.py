"""How the time of an examination grows with the number of resources."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import examine
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from tests.evidence.changes import Json

_COPIES = 450
# The template itself takes up to 1 s, and 500 resources may take 6 s. Twice that, because the time
# of a short measurement varies on a busy machine.
_MOST_TIMES = 12


def seconds_for(document: Json) -> float:
    template = parse_template(json.dumps(document), name="copies")
    start = time.process_time()
    examine(template)
    return time.process_time() - start


def with_copies(logical_id: str) -> Json:
    document = real_document()
    copied = deepcopy(document["Resources"][logical_id])
    copied.pop("DependsOn", None)
    document["Resources"] |= {f"Copy{number}": copied for number in range(_COPIES)}
    return document


@cache
def seconds_alone() -> float:
    # The shorter of two, because the first examination loads what it needs.
    return min(seconds_for(real_document()) for _ in range(2))


# Slow, because it measures.
@pytest.mark.faults
@pytest.mark.parametrize(
    "logical_id", ["AlertTopic", "DatabaseSecret", "NatGatewayA", "Service", "TaskDefinition"]
)
def test_five_hundred_resources_take_a_few_times_as_long(logical_id: str) -> None:
    assert seconds_for(with_copies(logical_id)) < _MOST_TIMES * seconds_alone()


def with_conditions(count: int, parameters: int) -> Json:
    """Return a template of conditions that each need the one before, and rules that refuse all."""
    asked = [{"Fn::Equals": [{"Ref": f"P{it % parameters}"}, "yes"]} for it in range(count)]
    return {
        "Parameters": {f"P{it}": {"Type": "String", "Default": "no"} for it in range(parameters)},
        "Rules": {
            f"R{it}": {"Assertions": [{"Assert": {"Fn::Not": [asked[it]]}}]}
            for it in range(parameters)
        },
        "Conditions": {
            f"C{it}": {"Fn::And": [asked[it], {"Condition": f"C{it - 1}"}]} if it else asked[it]
            for it in range(count)
        },
        "Resources": {
            f"T{it}": {"Type": "AWS::SNS::Topic", "Condition": f"C{it}"} for it in range(count)
        },
    }


@pytest.mark.faults
def test_many_conditions_take_as_long_as_a_stack() -> None:
    assert seconds_for(with_conditions(60, 40)) < 3 * seconds_alone()
