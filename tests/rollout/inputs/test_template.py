"""Invalid templates: a one-line usage error, never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rollout.running import EAST, SMALL, Commands

_GOOD: dict[str, Any] = json.loads(SMALL.read_text())
_TOPIC = {"Type": "AWS::SNS::Topic"}


def _with(**sections: object) -> str:
    return json.dumps({**_GOOD, **sections})


def _parameter(**entry: object) -> str:
    return _with(Parameters={**_GOOD["Parameters"], "Extra": {"Type": "String", **entry}})


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"Resources": ' + "9" * 5_000 + "}", "number"),
        ("[]", "an object is expected"),
        (_with(Mappings=[1]), "Mappings is not an object"),
        (_with(Resources=[1]), "Resources is not an object"),
        (_with(Resources={"A": 1}), "Resources.A is not an object"),
        (_with(Resources={"A": {"Type": 7}}), "the Type 7"),
        (_with(Resources={"A": {**_TOPIC, "Properties": 1}}), "Resources.A.Properties"),
        (_parameter(MinLength="x"), "Parameters.Extra.MinLength"),
        (_parameter(MaxValue=None), "Parameters.Extra.MaxValue"),
    ],
)
def test_template_of_the_wrong_shape_is_a_usage_error(
    commands: Commands, tmp_path: Path, body: str, says: str
) -> None:
    template = tmp_path / "template.json"
    template.write_text(body)

    result = commands.rollout(template=template, preflight=True)

    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["error", "hint"]


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": ["A"]},
        {"Fn::If": ["A"]},
        {"Fn::If": "A"},
        {"Fn::Join": "-"},
        {"Fn::Join": ["-", None]},
        {"Fn::Sub": 7},
    ],
)
def test_function_of_the_wrong_shape_is_left_to_cloudformation(
    commands: Commands, tmp_path: Path, value: object
) -> None:
    template = tmp_path / "template.json"
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": value}}
    template.write_text(_with(Resources={**_GOOD["Resources"], "Records": group}))

    document = commands.document("preflight", "--without-roles", template=template)

    assert document["exit_code"] == 0, document["error"]


def test_percentage_from_a_parameter_counts_for_the_quota(
    commands: Commands, tmp_path: Path
) -> None:
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Cpu": "1024"}}
    service = {
        "Type": "AWS::ECS::Service",
        "Properties": {
            "DesiredCount": 4,
            "DeploymentConfiguration": {"MaximumPercent": {"Ref": "Percent"}},
        },
    }
    template = tmp_path / "template.json"
    template.write_text(
        _with(
            Parameters={**_GOOD["Parameters"], "Percent": {"Type": "Number", "Default": 150}},
            Resources={"Task": task, "Service": service},
        )
    )

    document = commands.document(
        "preflight", "--without-roles", "--region", EAST, template=template
    )

    (vcpus,) = [one["what"] for one in document["findings"] if "vCPU" in one["what"]]
    assert vcpus.endswith("6 needed")


# Application Auto Scaling raises the number of tasks to its minimum.
def test_tasks_of_a_range_count_for_the_quota(commands: Commands, tmp_path: Path) -> None:
    scaled = {"ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 9, "MaxCapacity": 18}
    template = tmp_path / "template.json"
    template.write_text(
        _with(
            Resources={
                "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Cpu": "1024"}},
                "Service": {"Type": "AWS::ECS::Service", "Properties": {}},
                "Range": {
                    "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
                    "Properties": scaled,
                },
            }
        )
    )

    document = commands.document(
        "preflight", "--without-roles", "--region", EAST, template=template
    )

    (vcpus,) = [one["what"] for one in document["findings"] if "vCPU" in one["what"]]
    assert vcpus.endswith("18 needed")


def test_byte_order_mark_is_ignored(commands: Commands, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    template.write_text(SMALL.read_text(), encoding="utf-8-sig")

    result = commands.deploy(template=template)

    assert result.exit_code == 0, result.output
