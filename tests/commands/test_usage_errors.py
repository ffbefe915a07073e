"""Tests the form of usage errors: a line `error: …` and a line `hint: …`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from payment_templates.cli import main


@pytest.mark.parametrize(
    ("arguments", "problem", "hint"),
    [
        (["deplo"], "no such command 'deplo'", "did you mean deploy?"),
        (["--quiet"], "no such option '--quiet'", "run `main --help` for usage"),
        (["status", "--sufix", "dev-001"], "no such option '--sufix'", "did you mean --suffix?"),
        (["status"], "missing option '--suffix'", "run `main status --help` for usage"),
        (
            ["status", "--suffix", "dev-001", "--poll-seconds", "soon"],
            "invalid value for '--poll-seconds': 'soon' is not a valid float range",
            "run `main status --help` for usage",
        ),
    ],
    ids=["command", "option of the group", "option", "missing option", "value"],
)
def test_usage_error_has_a_hint(arguments: list[str], problem: str, hint: str) -> None:
    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [f"error: {problem}", f"hint: {hint}"]


def test_usage_error_of_json_is_in_the_document() -> None:
    result = CliRunner().invoke(main, ["status", "--json", "--sufix", "dev-001"])

    error = json.loads(result.stdout)["error"]
    assert error == "no such option '--sufix'\nhint: did you mean --suffix?"


def test_no_arguments_show_the_help() -> None:
    result = CliRunner().invoke(main, [])

    assert result.output.startswith("Usage: ")


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_time_between_two_requests_is_a_finite_number(value: str) -> None:
    found = CliRunner().invoke(main, ["status", "--suffix", "dev-001", "--poll-seconds", value])

    assert found.exit_code == 2
    assert f"'{value}' is not a finite number" in found.output
