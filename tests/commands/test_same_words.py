"""The same mistake gets the same error and the same hint in every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import read_template
from tests.cloudformation.templates import PRODUCT

if TYPE_CHECKING:
    from pathlib import Path

OFFLINE = ["evidence", "compliance", "report", "cost", "diagram", "policy"]
PARAMETERS = read_template(PRODUCT).parameters
ON_AWS = ["deploy", "rollout", "preflight", "verify", "status", "drift", "destroy"]


def run(command: str, template: Path, *arguments: str) -> list[str]:
    with_file = [f"--template={template}"] if command in {"deploy", "rollout", "preflight"} else []
    given = [str(template)] if command in OFFLINE else ["--suffix", "dev-001", *with_file]
    found = CliRunner().invoke(main, [command, *given, *arguments])
    assert found.exit_code == 2
    return found.stderr.splitlines()


@pytest.mark.parametrize("command", [*OFFLINE, *ON_AWS])
@pytest.mark.parametrize(
    ("region", "hint"),
    [
        ("us-est-1", "did you mean us-east-1 or us-west-1?"),
        ("US-EAST-1", "did you mean us-east-1?"),
        (
            "us-east-1,us-west-2",
            "name one region, or repeat --region in a command that takes several",
        ),
        ("Virginia", "name one such as us-east-1"),
        ("", "name one such as us-east-1"),
    ],
    ids=["typing error", "upper case", "two in one", "no region", "empty"],
)
def test_unknown_region(command: str, region: str, hint: str) -> None:
    lines = run(command, PRODUCT, "--region", region)

    assert lines == [f"error: unknown region {region!r}", f"hint: {hint}"]


@pytest.mark.parametrize("command", [*OFFLINE, "deploy", "rollout", "preflight"])
def test_missing_template(command: str, tmp_path: Path) -> None:
    path = tmp_path / "stak.json"

    lines = run(command, path)

    assert lines == [
        f"error: cannot read {path}: No such file or directory",
        "hint: name a CloudFormation template in JSON or YAML, such as output/TapStack.json",
    ]


@pytest.mark.parametrize("command", [*OFFLINE, "deploy", "rollout", "preflight"])
def test_file_that_is_no_template(command: str, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# A stack\n")

    lines = run(command, path)

    assert lines[0].startswith(f"error: {path}")
    assert lines[1] == (
        "hint: name a CloudFormation template in JSON or YAML, such as output/TapStack.json"
    )


def test_missing_template_has_a_near_name(tmp_path: Path) -> None:
    (tmp_path / "stack.json").touch()

    assert run("cost", tmp_path / "stak.json")[1] == f"hint: did you mean {tmp_path}/stack.json?"


def test_missing_template_of_a_profile_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    found = CliRunner().invoke(main, ["evidence", "--profile", "production"])

    assert found.stderr.splitlines() == [
        "error: cannot read output/TapStack.production.json: No such file or directory",
        "hint: write it with: make template PROFILE=production",
    ]


def test_missing_template_of_an_options_file_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "large.toml").write_text("tasks = 12\n")

    found = CliRunner().invoke(main, ["evidence", "--options", "large.toml"])

    assert found.stderr.splitlines() == [
        "error: cannot read output/TapStack.large.json: No such file or directory",
        "hint: write it with: make template OPTIONS=large.toml",
    ]


@pytest.mark.parametrize("command", ["evidence", "report", "compliance", "generate"])
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("taks = 12", "unknown option 'taks'"),
        ('tasks = "six"', "tasks must be a whole number from 3 to 5000, got 'six'"),
        ("tasks = 12\nmost_tasks = 4", "most_tasks must be 0 or a whole number from 12 to 5000"),
    ],
    ids=["name", "kind", "two that do not fit"],
)
def test_invalid_options_file(command: str, options: str, problem: str, tmp_path: Path) -> None:
    file, page = tmp_path / "stack.toml", tmp_path / "page.html"
    file.write_text(options)
    given = [] if command == "generate" else [str(PRODUCT)]
    output = ["--output", str(page)] if command in {"report", "generate"} else []

    found = CliRunner().invoke(main, [command, *given, "--options", str(file), *output])

    assert found.exit_code == 2
    assert found.stderr.startswith(f"error: {file}: {problem}")
    assert not page.exists()


@pytest.mark.parametrize("command", ["cost", "diagram", "policy"])
def test_command_without_profiles_asks_for_the_template(command: str) -> None:
    lines = run(command, PRODUCT, "--profile", "production")

    assert lines == [
        "error: no such option '--profile'",
        "hint: pass the template itself, such as output/TapStack.production.json",
    ]


@pytest.mark.parametrize("command", ["evidence", "report", "generate", "cost"])
def test_folder_is_no_file(command: str, tmp_path: Path) -> None:
    writes = command in {"report", "generate"}
    given = ["--output", str(tmp_path)] if writes else [str(tmp_path)]

    found = CliRunner().invoke(main, [command, *given])

    verb = "write" if writes else "read"
    assert found.exit_code == 2
    assert found.stderr.splitlines()[0] == f"error: cannot {verb} {tmp_path}: it is a folder"


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", '{"A": 1, "A": 2}'), ("a.yaml", "A: 1\nA: 2\n")]
)
def test_duplicate_key_has_its_own_hint(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)

    lines = run("evidence", path)

    assert lines[0].endswith("duplicate key 'A'")
    assert lines[1] == "hint: remove one of the two"


def test_argument_that_cannot_be_a_secret_is_shown() -> None:
    found = CliRunner().invoke(main, ["generate", "extra.json"])

    problem = "error: unexpected argument 'extra.json': the command takes options only"
    assert found.stderr.splitlines()[0] == problem


@pytest.mark.parametrize("command", ["deploy", "rollout", "preflight", *OFFLINE[:-1]])
def test_text_without_a_key_is_named_but_not_shown(command: str) -> None:
    lines = run(command, PRODUCT, "--parameter", "ContainerPort=8080", "--parameter", "hunter2")

    assert lines == ["error: the 2nd --parameter has no =", "hint: use KEY=VALUE"]


@pytest.mark.parametrize("command", ["deploy", "rollout", "preflight", *OFFLINE[:-1]])
@pytest.mark.parametrize(
    ("name", "hint"),
    [("AlertMail", "did you mean AlertEmail?"), ("Nope", f"use one of: {', '.join(PARAMETERS)}")],
    ids=["typing error", "no parameter"],
)
def test_unknown_parameter(command: str, name: str, hint: str) -> None:
    lines = run(command, PRODUCT, "--parameter", f"{name}=1")

    assert lines == [f"error: unknown parameter {name!r}", f"hint: {hint}"]


def test_unknown_parameter_of_two_templates() -> None:
    found = CliRunner().invoke(main, ["diff", str(PRODUCT), str(PRODUCT), "--parameter", "Nope=1"])

    assert found.stderr.splitlines() == [
        "error: unknown parameter 'Nope'",
        f"hint: use one of: {', '.join(PARAMETERS)}",
    ]


def test_unknown_parameter_of_an_override() -> None:
    own = "us-east-1:AlertMail=me@example.com"
    given = ["--template", str(PRODUCT), "--region", "us-east-1", "--override", own]

    found = CliRunner().invoke(main, ["rollout", "--suffix", "dev-001", *given])

    # What the command would do is not shown first.
    assert found.stdout == ""
    assert found.stderr.splitlines() == [
        "error: unknown parameter 'AlertMail'",
        "hint: did you mean AlertEmail?",
    ]


def test_override_is_named_but_not_shown() -> None:
    own = "us-east-1:ContainerPort=8080"

    lines = run(
        "rollout", PRODUCT, *("--region", "us-east-1", "--override", own, "--override", "x")
    )

    assert lines[0] == "error: the 2nd --override is not REGION:KEY=VALUE"


def test_argument_without_an_option_is_named_but_not_shown() -> None:
    found = CliRunner().invoke(main, ["destroy", "--suffix", "dev-001", "hunter2", "--json"])

    assert "the 3rd argument after destroy belongs to no option" in found.stdout
    assert "hunter2" not in found.stdout
