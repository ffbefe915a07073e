"""Which templates and names are of this project, and which belong to someone else."""

import json
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rollout.ownership import is_of_project
from tests.rollout import colleague
from tests.rollout.running import EAST, NAME, SUFFIX, Commands

_END = "${EnvironmentSuffix}"
_WITH_REGION = {
    "Type": "AWS::IAM::Role",
    "Properties": {"RoleName": {"Fn::Sub": f"payment-task-{_END}-${{AWS::Region}}"}},
}
# As StackSets name a stack: with an identity.
_IDENTITY = "0f0f0f0f-1234-4567-89ab-0123456789ab"
_OF_A_SET = f"StackSet-{NAME}-{_IDENTITY}"


def _table(name: object) -> dict[str, Any]:
    return {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": name}}


def _of(*resources: object) -> dict[str, Any]:
    return {"Resources": {f"Resource{number}": one for number, one in enumerate(resources)}}


_OURS = _table({"Fn::Sub": f"payment-records-{_END}"})


def test_two_names_identify_a_stack_with_the_default_name() -> None:
    assert is_of_project(_of(_OURS, _WITH_REGION), named=True)


def test_two_names_alone_do_not_identify_the_project() -> None:
    assert not is_of_project(_of(_OURS, _WITH_REGION), named=False)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(_of(_OURS), id="one name"),
        pytest.param(_of(_OURS, _OURS), id="one name twice"),
        pytest.param(_of(_OURS, _table({"Fn::Sub": f"payments-orders-{_END}"})), id="another word"),
        pytest.param(_of(_OURS, _table({"Fn::Sub": f"payment-orders-{_END}-v2"})), id="longer"),
        pytest.param(_of(_OURS, _table({"Fn::Sub": f"x-payment-orders-{_END}"})), id="within"),
        pytest.param(_of(_OURS, _table(f"payment-orders-{_END}")), id="not substituted"),
        pytest.param(
            {**_of(_OURS), "Outputs": {"X": {"Value": {"Fn::Sub": f"payment-x-{_END}"}}}},
            id="output",
        ),
        pytest.param({**_of(_OURS), "Description": f"payment-x-{_END}"}, id="description"),
        pytest.param(
            _of(_OURS, {"Type": "AWS::SNS::Topic", "Metadata": {"Fn::Sub": f"payment-x-{_END}"}}),
            id="another property",
        ),
        pytest.param({"Resources": [_OURS, _WITH_REGION]}, id="no mapping"),
        pytest.param(_of("x", {"Type": 1, "Properties": None}), id="no resources"),
    ],
)
def test_other_texts_do_not_identify_it(template: dict[str, Any]) -> None:
    assert not is_of_project(template, named=True)


def test_destroy_leaves_a_stack_that_mentions_payments(commands: Commands) -> None:
    template = {
        "Parameters": {"EnvironmentSuffix": {"Type": "String"}},
        "Resources": {"Orders": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"X": {"Description": f"payment service of {_END}", "Value": "x"}},
    }
    colleague.create(commands, NAME, json.dumps(template), suffix=SUFFIX)

    result = commands.destroy()

    assert result.exit_code == 3
    assert "it has a template of another project; nothing was deleted" in result.stderr
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize("command", [("deploy", "--yes"), ("destroy", "--confirm", SUFFIX)])
def test_stack_with_names_of_the_same_form_belongs_to_someone_else(
    commands: Commands, command: tuple[str, ...]
) -> None:
    template = {
        "Parameters": {"EnvironmentSuffix": {"Type": "String"}},
        "Resources": {
            f"Orders{number}": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": {"Fn::Sub": f"payment-orders-{number}-{_END}"}},
            }
            for number in range(3)
        },
    }
    colleague.create(commands, "orders", json.dumps(template), suffix=SUFFIX)

    result = commands.run(*command, "--stack-name", "orders")

    assert result.exit_code == 3
    assert "orders is not a stack of this project" in result.stderr
    assert commands.stack(name="orders")["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize("command", [("deploy", "--yes"), ("destroy", "--confirm", SUFFIX)])
def test_stack_of_a_set_is_refused_by_its_name(
    commands: Commands, command: tuple[str, ...]
) -> None:
    result = commands.run(*command, "--stack-name", _OF_A_SET)

    assert result.exit_code == 2
    assert f"invalid --stack-name '{_OF_A_SET}': it is a stack of a stack set" in result.stderr


def test_deploy_does_not_create_what_it_could_not_identify(
    commands: Commands, tmp_path: Path
) -> None:
    path = tmp_path / "custom.json"
    path.write_text(colleague.FOREIGN)

    result = commands.deploy("--stack-name", "mine", template=path)

    assert result.exit_code == 2
    assert "the template has no parameter EnvironmentSuffix" in result.stderr
    assert commands.stack(name="mine") is None


def test_status_names_a_stack_of_a_set_of_another_account(commands: Commands) -> None:
    template = json.dumps(
        {
            "Parameters": {"EnvironmentSuffix": {"Type": "String"}},
            "Resources": {"Orders": {"Type": "AWS::SNS::Topic"}},
        }
    )
    colleague.create(commands, _OF_A_SET, template, suffix=SUFFIX)
    colleague.create(commands, f"StackSet-another-{_IDENTITY}", template, suffix="another")

    shown = commands.run("status", "--region", EAST).stdout
    document = commands.document("status", "--region", EAST)

    assert f"{EAST}: {_OF_A_SET} (CREATE_COMPLETE) belongs to a stack set" in shown
    assert [one["stack"] for one in document["stacks_of_unseen_sets"]] == [_OF_A_SET]


def test_status_does_not_name_the_stacks_of_a_set_twice(commands: Commands) -> None:
    commands.rollout("--region", EAST)

    document = commands.document("status", "--region", EAST)

    assert (len(document["instances"]), document["stacks_of_unseen_sets"]) == (1, [])
