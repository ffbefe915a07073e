"""The commands that read template files share their options and the words of their errors."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from tests.cloudformation.templates import PRODUCT

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ["evidence", "compliance", "report", "cost", "diagram", "diff"]


def run(command: str, template: Path, *arguments: str, folder: Path) -> tuple[int, str]:
    files = [str(template)] * (2 if command == "diff" else 1)
    output = [f"--output={folder / 'report.html'}"] if command == "report" else []
    found = CliRunner().invoke(main, [command, *files, *output, *arguments])
    return found.exit_code, found.output


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--region", "us-east-9"], "unknown region 'us-east-9'"),
        (["--parameter", "Nope=1"], "parameter 'Nope'"),
        (["--parameter", "Nope"], "the 1st --parameter has no ="),
        (["--parameter", "HostedZoneId=no"], "HostedZoneId"),
    ],
    ids=["region", "unknown parameter", "no value", "refused value"],
)
def test_wrong_use_is_one_error(
    command: str, arguments: list[str], problem: str, tmp_path: Path
) -> None:
    code, output = run(command, PRODUCT, *arguments, folder=tmp_path)

    assert code == 2
    assert output.startswith("error: ")
    assert problem in output.splitlines()[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_unreadable_template_is_one_error(command: str, tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    path.write_text("{")

    code, output = run(command, path, folder=tmp_path)

    assert code == 2
    assert output.startswith("error: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_bug_is_no_finding(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("two\nlines")

    module = import_module(f"payment_templates.commands.{command}")
    monkeypatch.setattr(module, "read_template", fail)

    code, output = run(command, PRODUCT, folder=tmp_path)

    assert code == 2
    assert output.startswith("error: internal error\nTraceback (most recent call last):\n")
    assert output.endswith("hint: please report it with the lines above\n")


def test_template_that_cloudformation_refuses_is_named(tmp_path: Path) -> None:
    refused = tmp_path / "refused.json"
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "X"}}}
    refused.write_text(json.dumps({"Resources": {"A": bucket}}))

    for pair in ([PRODUCT, refused], [refused, PRODUCT]):
        result = CliRunner().invoke(main, ["diff", *map(str, pair)])

        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: {refused}: Resources.A.Properties.BucketName.Ref:")


@pytest.mark.parametrize("name", ["region", "pairs", "as_json"])
def test_same_option_has_the_same_help(name: str) -> None:
    options = [
        parameter
        for command in COMMANDS
        for parameter in main.commands[command].params
        if parameter.name == name and isinstance(parameter, click.Option)
    ]

    assert len(options) >= 4
    assert len({option.help for option in options}) == 1
