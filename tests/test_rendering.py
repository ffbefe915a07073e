"""Tests the text of the template: its form and CloudFormation's limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from pathlib import Path

import pytest
from troposphere import Output, Parameter, Sub, Template, sns

from payment_templates import PROFILES, build_template
from payment_templates.rendering import TemplateLimitError, render

ROOT = Path(__file__).parent.parent


def test_text_is_the_template_as_json() -> None:
    template = build_template(PROFILES["standard"])

    text = render(template)

    assert json.loads(text) == json.loads(json.dumps(template.to_dict()))


def test_every_resource_is_a_block_with_one_property_per_line() -> None:
    lines = render(build_template(PROFILES["standard"])).splitlines()

    block = lines[lines.index(_opening("Vpc", "AWS::EC2::VPC")) :]

    assert block[1:4] == [
        '"CidrBlock":"10.0.0.0/16",',
        '"EnableDnsHostnames":true,',
        '"EnableDnsSupport":true,',
    ]


def _opening(logical_id: str, resource_type: str) -> str:
    policies = '"DeletionPolicy":"Delete"'
    return f'"{logical_id}":{{"Type":"{resource_type}",{policies},"Properties":{{'


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_text_is_the_same_for_every_hash_seed(seed: str, tmp_path: Path) -> None:
    output = tmp_path / "TapStack.json"

    subprocess.run(
        [sys.executable, "generate.py", "--output", str(output)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )

    assert output.read_text() == render(build_template(PROFILES["standard"]))


def test_standard_template_fits_into_one_request() -> None:
    text = render(build_template(PROFILES["standard"]))

    assert len(text.encode()) <= 51_200


def test_too_many_bytes_are_refused() -> None:
    template = _with_topics(1, display_name="x" * 1_000_000)

    with pytest.raises(TemplateLimitError, match=r"1000\d{3} bytes; CloudFormation allows 1000000"):
        render(template)


def test_too_many_resources_are_refused() -> None:
    with pytest.raises(ValueError, match="Maximum number of resources 500"):
        _with_topics(501)


def test_too_many_parameters_are_refused() -> None:
    parameters = [Parameter(f"P{number}", Type="String") for number in range(201)]

    with pytest.raises(ValueError, match="Maximum parameters 200"):
        deque(map(Template().add_parameter, parameters))


def test_too_many_outputs_are_refused() -> None:
    outputs = [Output(f"O{number}", Value="v") for number in range(201)]

    with pytest.raises(ValueError, match="Maximum outputs 200"):
        deque(map(Template().add_output, outputs))


def test_too_many_dynamic_references_are_refused() -> None:
    template = _with_topics(61, display_name="{{resolve:ssm:name}}")

    with pytest.raises(TemplateLimitError, match="61 dynamic references; CloudFormation allows 60"):
        render(template)


def test_too_long_a_name_is_refused() -> None:
    template = Template()
    template.add_resource(sns.Topic("T" * 256))

    with pytest.raises(TemplateLimitError, match="256 characters; CloudFormation allows 255"):
        render(template)


def test_too_long_a_description_is_refused() -> None:
    template = _with_topics(1)
    template.set_description("d" * 1025)

    with pytest.raises(TemplateLimitError, match="1025 bytes; CloudFormation allows 1024"):
        render(template)


def _with_topics(count: int, display_name: str = "alerts") -> Template:
    template = Template()
    for number in range(count):
        template.add_resource(sns.Topic(f"Topic{number}", DisplayName=Sub(display_name)))
    return template
