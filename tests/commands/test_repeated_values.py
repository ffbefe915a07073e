"""A value that is given twice, or empty, is refused: the last one or the default would win."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from tests.cloudformation.templates import PRODUCT

if TYPE_CHECKING:
    from pathlib import Path

OFFLINE = ["evidence", "compliance", "report", "cost", "diagram"]
ON_AWS = ["deploy", "rollout", "preflight"]
_ROLLOUT = ["rollout", "--suffix", "dev-001"]
EAST = "us-east-1"
_PORT = f"{EAST}:ContainerPort=8080"


def run(*arguments: str) -> list[str]:
    found = CliRunner().invoke(main, arguments)
    assert found.exit_code == 2
    return found.stderr.splitlines()


@pytest.mark.parametrize("command", [*OFFLINE, *ON_AWS])
def test_parameter_is_given_once(command: str) -> None:
    template = [str(PRODUCT)] if command in OFFLINE else ["--suffix=a", f"--template={PRODUCT}"]
    values = ["--parameter", "ContainerPort=8080", "--parameter", "ContainerPort=8081"]

    lines = run(command, *template, *values)

    # Neither value is shown: a parameter may be a secret.
    assert lines == ["error: --parameter ContainerPort is given twice", "hint: pass it once"]


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_tag_is_given_once(command: str) -> None:
    lines = run(command, "--suffix", "dev-001", "--tag", "team=a", "--tag", "team=b")

    assert lines == ["error: --tag team is given twice", "hint: pass it once"]


@pytest.mark.parametrize(
    "command", ["rollout", "preflight", "status", "drift", "destroy", "cost", "diagram"]
)
def test_region_is_given_once(command: str) -> None:
    suffix = [] if command in OFFLINE else ["--suffix", "dev-001"]

    lines = run(command, *suffix, "--region", "us-east-1", "--region", "us-east-1")

    assert lines == ["error: --region us-east-1 is given twice", "hint: pass it once"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([*_ROLLOUT, *["--account", "123456789012"] * 2], "--account 123456789012"),
        ([*_ROLLOUT, *["--organizational-unit", "r-ab12"] * 2], "--organizational-unit r-ab12"),
        (
            [*_ROLLOUT, "--region", EAST, "--override", *(_PORT, "--override", _PORT)],
            f"--override {EAST}:ContainerPort",
        ),
        (["deploy", "--suffix", "dev-001", "--suffix", "prod-001"], "--suffix"),
        (["destroy", "--suffix", "dev-001", "--confirm", "a", "--confirm", "b"], "--confirm"),
        (["evidence", "--only", "valid-template", "--only", "valid-template"], "--only"),
    ],
    ids=["account", "unit", "override", "suffix", "confirmation", "claim"],
)
def test_option_is_given_once(arguments: list[str], what: str) -> None:
    (problem, _) = run(*arguments)

    assert problem.startswith(f"error: {what}")
    assert problem.endswith("is given twice")


def test_switch_may_be_repeated() -> None:
    assert CliRunner().invoke(main, ["evidence", "--list", "--list"]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["generate", "--profile", ""], "unknown profile ''"),
        (["diff", str(PRODUCT), "--base", ""], "invalid --base ''"),
        (["evidence", str(PRODUCT), "--explain", ""], "unknown promise ''"),
        (["policy", str(PRODUCT), "--stack-name", ""], "invalid stack name ''"),
        (["verify", "--suffix", "dev-001", "--game-day", ""], "unknown experiment ''"),
        (["destroy", "--suffix", "dev-001", "--stack-name", ""], "invalid stack name ''"),
    ],
    ids=["profile", "base", "claim", "name of a policy", "experiment", "name to delete"],
)
def test_empty_value_is_not_a_missing_one(
    arguments: list[str], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    found = CliRunner().invoke(main, arguments)

    assert found.exit_code == 2
    assert f"error: {problem}" in found.output
    assert not [*tmp_path.iterdir()]
