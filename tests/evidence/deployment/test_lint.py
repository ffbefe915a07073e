"""With --lint, what cfn-lint finds in a template counts."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import TemplateError, parse_template
from payment_templates.commands.inputs.linting import lint

if TYPE_CHECKING:
    from pathlib import Path

    from tests.evidence.changes import Json

_VPC: Json = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
_FAULTY: Json = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "Name": "a"}}


def explained(folder: Path, vpc: Json, *arguments: str) -> str:
    path = folder / "template.json"
    path.write_text(json.dumps({"Resources": {"Vpc": vpc}}), encoding="utf-8")
    command = ["evidence", str(path), "--explain", "valid-template", *arguments]
    return CliRunner().invoke(main, command).output


def test_error_of_linter_breaks_validity(tmp_path: Path) -> None:
    output = explained(tmp_path, _FAULTY, "--lint")

    assert "verdict: broken, cfn-lint: E3002 Resources.Vpc.Properties.Name" in output


def test_linter_may_find_nothing(tmp_path: Path) -> None:
    output = explained(tmp_path, _VPC, "--lint")

    assert "verdict: kept" in output
    assert "not linted" not in output


def test_evidence_says_that_it_has_not_linted(tmp_path: Path) -> None:
    output = explained(tmp_path, _FAULTY)

    assert "verdict: kept" in output
    assert "not linted: run with --lint" in output


def test_errors_come_first() -> None:
    text = json.dumps({"Parameters": {"Unused": {"Type": "String"}}, "Resources": {"Vpc": _FAULTY}})

    found = lint(parse_template(text, name="template"), "us-east-1")

    assert found[0].is_error
    assert any(not finding.is_error for finding in found)


def test_linter_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cfnlint.api", None)
    template = parse_template(json.dumps({"Resources": {"Vpc": _VPC}}), name="template")

    with pytest.raises(TemplateError, match="cfn-lint is not installed"):
        lint(template, "us-east-1")
