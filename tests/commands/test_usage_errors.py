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
            "invalid --poll-seconds 'soon'",
            "use a number from 0.01, such as 2",
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
    assert f"invalid --poll-seconds '{value}'" in found.output


@pytest.mark.parametrize(
    ("arguments", "problem", "hint"),
    [
        (
            ["cost", "--requests-per-second", "10k"],
            "invalid --requests-per-second '10k'",
            "use a number from 0 to 1,000,000,000, such as 10",
        ),
        (
            ["cost", "--requests-per-second", "1e400"],
            "invalid --requests-per-second '1e400'",
            "use a number from 0",
        ),
        (["report", "--runs", "-01"], "invalid --runs '-01'", "use a whole number from 1"),
        (["report", "--runs", "0"], "invalid --runs '0'", "use a whole number from 1 to 100,000"),
        (["report", "--seed", "x"], "invalid --seed 'x'", "use a whole number"),
        (["diagram", "--format", "pdf"], "invalid --format 'pdf'", "use one of: svg, mermaid"),
        (["report", "--region"], "--region needs a value", "pass --region VALUE"),
        (["rehearse", "--keep=yes"], "--keep takes no value", "pass --keep alone"),
        (["generate", "--output", ""], "invalid --output ''", "use the name of a file"),
        (["evidence", ""], "invalid TEMPLATE ''", "use the name of a file"),
        (
            ["diff", "old.json", "new.json", "newer.json"],
            "the 3rd argument after diff is one too many: the command takes OLD and NEW",
            "run `main diff --help` for usage",
        ),
        (["compliance", "--last-modified", ""], "--last-modified is only for", "pass both"),
        (["compliance", "--oscal", "--last-modified", ""], "invalid --last-modified ''", "use a"),
        (["diff", "--base", "nope"], "cannot read output/TapStack.json of", "pass a git revision"),
        (["generate", "--options", "/dev/null"], "--options /dev/null is not", "pass --output"),
        (["evidence", "--options", "none.toml"], "cannot read none.toml", "name an options file"),
    ],
)
def test_hint_says_what_to_pass(arguments: list[str], problem: str, hint: str) -> None:
    result = CliRunner().invoke(main, arguments)

    lines = result.stderr.splitlines()
    assert result.exit_code == 2
    assert lines[0].startswith(f"error: {problem}")
    assert lines[1].startswith(f"hint: {hint}")
