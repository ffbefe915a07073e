"""Templates in YAML: deployed, rolled out and judged like templates in JSON."""

from pathlib import Path

import pytest

from payment_templates.rollout.templates import document_of, resources_of
from tests.rollout.running import EAST, Commands

_YAML = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  EnvironmentSuffix: {Type: String, AllowedPattern: "[a-z0-9-]+"}
  Message: {Type: String, Default: first}
Conditions:
  Greets: !Not [!Equals [!Ref Message, ""]]
Resources:
  Greeting:
    Type: AWS::SSM::Parameter
    Condition: Greets
    Properties:
      Name: !Sub /payment/${EnvironmentSuffix}/greeting
      Type: String
      Value: !Ref Message
  Retained:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Retain
    Properties:
      LogGroupName: !Join ["/", ["", payment, !Ref EnvironmentSuffix]]
      RetentionInDays: 7
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "stack.yaml"
    path.write_text(_YAML)
    return path


def _greeting(commands: Commands) -> str:
    ssm = commands.aws.client("ssm", EAST)
    return str(ssm.get_parameter(Name="/payment/dev/greeting")["Parameter"]["Value"])


def test_yaml_template_is_deployed(commands: Commands, template: Path) -> None:
    result = commands.deploy("--suffix", "dev", template=template, preflight=True)

    assert result.exit_code == 0, result.output
    assert _greeting(commands) == "first"


def test_yaml_template_is_rolled_out_once(commands: Commands, template: Path) -> None:
    first = commands.rollout("--suffix", "dev", template=template)
    assert first.exit_code == 0, first.output

    second = commands.rollout("--suffix", "dev", template=template)

    assert "up to date" in second.output
    assert _greeting(commands) == "first"


def test_invalid_value_is_refused_by_a_yaml_template(commands: Commands, template: Path) -> None:
    result = commands.deploy("--suffix", "dev", "--parameter", "Massage=x", template=template)

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "error: unknown parameter 'Massage'",
        "hint: did you mean Message?",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Parameters: {A: {Type: String, MaxLength: 1.0e+400}}\nResources: {Q: {Type: A::B::C}}",
        '{"Parameters": {"A": {"Type": "String", "MaxLength": 1e400}}, "Resources": {"Q": {}}}',
        '{"Description": "\\ud800", "Resources": {"Q": {"Type": "A::B::C"}}}',
        "Resources: {Q: [}",
        "text",
    ],
    ids=["a number without end", "the same in JSON", "half a surrogate", "half a list", "text"],
)
def test_template_of_a_foreign_stack_that_cannot_be_read_is_empty(body: str) -> None:
    assert document_of(body) == {}
    assert resources_of(body) == {}


def test_destroy_knows_what_a_yaml_template_retains(commands: Commands, template: Path) -> None:
    commands.deploy("--suffix", "dev", template=template)

    document = commands.document("destroy", "--suffix", "dev", "--confirm", "dev")

    assert [one["name"] for one in document["retained"]] == ["/payment/dev"]
