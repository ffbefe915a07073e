"""What a reader used of a stack is recorded: where that differs, it would find something else."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import (
    EVERYTHING,
    Reference,
    Text,
    evaluate,
    parse_template,
    recorded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.cloudformation import Stack

TOPIC, GROUP = "AWS::SNS::Topic", "AWS::Logs::LogGroup"
DOCUMENT = {
    "Parameters": {"Switch": {"Type": "String", "Default": "off"}},
    "Conditions": {"On": {"Fn::Equals": [{"Ref": "Switch"}, "on"]}},
    "Resources": {
        # Differs between the two stacks.
        "Changed": {
            "Type": GROUP,
            "Properties": {
                "LogGroupName": {"Fn::If": ["On", "/one", "/two"]},
                "Tags": {"Fn::If": ["On", [{"Key": "a", "Value": {"Ref": "Plain"}}], []]},
            },
        },
        "Same": {"Type": TOPIC, "Properties": {"TopicName": {"Fn::Sub": "${Changed}-x"}}},
        "Plain": {"Type": "AWS::S3::Bucket"},
    },
    "Outputs": {"Name": {"Value": {"Fn::If": ["On", "one", "two"]}}},
}
CHANGED = Reference(logical_id="Changed")
SEEN: dict[str, Callable[[Stack], object]] = {
    "the resources of a type": lambda stack: stack.of_type(GROUP),
    "one of a type": lambda stack: stack.of("Changed", GROUP),
    "one by its logical ID": lambda stack: stack.resources["Changed"],
    "one that may be there": lambda stack: stack.resources.get("Changed"),
    "all": lambda stack: list(stack.resources.values()),
    "all with their names": lambda stack: list(stack.resources.items()),
    "one by its name": lambda stack: stack.find("/one", GROUP),
    "one whose name has another's in it": lambda stack: stack.find("/one-x", TOPIC),
    "a logical ID by its name": lambda stack: stack.logical_id("/one", GROUP),
    "a text with the names of others": lambda stack: stack.expanded(CHANGED),
    "two texts": lambda stack: stack.same(Text(parts=(CHANGED, "x")), "/onex"),
    "outputs": lambda stack: stack.outputs,
    "exports": lambda stack: stack.exports,
    "parameters": lambda stack: stack.parameters,
    "an expression": lambda stack: stack.text({"Fn::If": ["On", "1", "2"]}),
    "the order": lambda stack: stack.dependencies,
    "names and ARNs": lambda stack: stack.identities,
    "problems": lambda stack: stack.problems,
    "other values": lambda stack: stack.with_values({}),
}
UNSEEN: dict[str, Callable[[Stack], object]] = {
    "the resources of another type": lambda stack: stack.of_type("AWS::S3::Bucket"),
    "another by its logical ID": lambda stack: stack.resources["Plain"],
    "another by its name": lambda stack: stack.find("bucket", "AWS::S3::Bucket"),
}


def stacks() -> tuple[Stack, Stack]:
    template = parse_template(json.dumps(DOCUMENT), name="template")
    on, off = (
        evaluate(template, region="us-east-1", parameters={"Switch": value})
        for value in ("on", "off")
    )
    return on, off


def differs(read: Callable[[Stack], object]) -> bool:
    """Return whether the recorded reads tell the two stacks apart."""
    here, there = stacks()
    with recorded() as reads:
        read(here)
    assert reads
    return any(here.read_again(part) != there.read_again(part) for _, part in reads)


@pytest.mark.parametrize("read", SEEN.values(), ids=list(SEEN))
def test_difference_in_what_was_read_is_noticed(
    read: Callable[[Stack], object],
) -> None:
    assert differs(read)


@pytest.mark.parametrize("read", UNSEEN.values(), ids=list(UNSEEN))
def test_difference_elsewhere_is_not_noticed(
    read: Callable[[Stack], object],
) -> None:
    assert not differs(read)


def test_difference_in_combined_reads_is_noticed() -> None:
    here, there = stacks()

    same = here.together([("resource", "Plain"), ("types", TOPIC)])
    changed = here.together([("resource", "Plain"), ("types", GROUP)])

    assert here.read_again(same) == there.read_again(same)
    assert here.read_again(changed) != there.read_again(changed)


def test_everything_covers_other_reads() -> None:
    here, _ = stacks()

    assert here.together([("resource", "Plain"), EVERYTHING]) == EVERYTHING


def test_outer_recorder_records_nothing_from_one_apart() -> None:
    here, _ = stacks()

    with recorded() as outer, recorded(apart=True):
        here.of_type(GROUP)

    assert not outer


def test_outer_recorder_records_what_led_to_an_error() -> None:
    here, _ = stacks()

    with recorded() as outer, suppress(KeyError), recorded(apart=True):
        here.resources["None"]

    assert list(outer) == [(here, ("resource", "None")), (here, ("asked", "None"))]


def test_outer_recorder_records_what_the_inner_one_does() -> None:
    here, _ = stacks()

    with recorded() as outer, recorded() as inner:
        here.of_type(GROUP)

    assert list(outer) == list(inner) == [(here, ("types", GROUP))]
