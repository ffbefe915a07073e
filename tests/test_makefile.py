"""Tests that every target of the Makefile uses the chosen template, or refuses a choice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT = Path(__file__).parent.parent
_TARGETS = re.findall(r"^([a-z]+):.*## ", (_ROOT / "Makefile").read_text(), flags=re.MULTILINE)
# What the targets install is up to date.
_INSTALLED = [f"--old-file=.venv/{level}" for level in ("template", "aws", "rehearsal", "dev")]
_WITH_TEMPLATE = {
    *("template", "lint", "evidence", "cost", "diagram", "report", "compliance", "policy"),
    *("preflight", "deploy", "rollout", "rehearse"),
}
_WITHOUT = sorted({*_TARGETS} - _WITH_TEMPLATE - {"help", "integration"})


def _make(
    *arguments: str, installed: Sequence[str] = _INSTALLED, folder: Path = _ROOT, **more: str
) -> subprocess.CompletedProcess[str]:
    # A make that runs the tests passes its own choice on through these.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PROFILE", "OPTIONS", "ARGS", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    } | more
    return subprocess.run(
        ["make", *installed, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("target", sorted(_WITH_TEMPLATE))
@pytest.mark.parametrize(
    ("choice", "option", "file"),
    [
        ("PROFILE=production", '--profile "production"', "TapStack.production.json"),
        ("OPTIONS=some/stack.toml", '--options "some/stack.toml"', "TapStack.stack.json"),
    ],
    ids=["profile", "options"],
)
def test_target_writes_and_uses_the_chosen_template(
    target: str, choice: str, option: str, file: str
) -> None:
    lines = _make("--dry-run", target, choice).stdout.replace("\\\n", "").splitlines()

    written = [number for number, line in enumerate(lines) if f"generate.py {option}" in line]
    used = [number for number, line in enumerate(lines) if f'"output/{file}"' in line]
    assert written
    assert written[0] <= used[0]
    assert not any("output/TapStack.json" in line for line in lines)


@pytest.mark.parametrize("target", ["evidence", "compliance", "report"])
def test_promises_are_those_of_the_chosen_profile(target: str) -> None:
    lines = _make("--dry-run", target, "PROFILE=production").stdout.splitlines()

    assert '--profile "production"' in next(line for line in lines if f" {target} " in line)


@pytest.mark.parametrize("target", sorted(_WITH_TEMPLATE))
def test_target_without_a_choice_leaves_the_committed_template_as_it_is(target: str) -> None:
    lines = _make("--dry-run", target).stdout

    assert "TapStack.json" in lines or "--template" not in lines
    assert "generate.py" not in lines or target == "template"


@pytest.mark.parametrize("target", _WITHOUT)
@pytest.mark.parametrize("choice", ["PROFILE=production", "OPTIONS=stack.toml"])
def test_target_without_a_template_refuses_a_choice_first(target: str, choice: str) -> None:
    first, *_ = _make("--dry-run", target, choice).stdout.splitlines()

    name = choice.partition("=")[0]
    assert f'"make {target} cannot use {name}" "it takes: ' in first
    assert first.endswith(">&2; exit 2")


def test_refusal_ends_make() -> None:
    result = _make("status", "PROFILE=production")

    assert result.returncode == 2
    assert "error: make status cannot use PROFILE\nhint: it takes: ARGS PYTHON\n" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("target", ["template", "deploy", "clean", "help"])
def test_every_target_refuses_a_variable_that_no_target_knows(target: str) -> None:
    result = _make(target, "PROFIL=production")

    assert result.returncode == 2
    assert f"error: make {target} cannot use PROFIL\nhint: it takes: " in result.stderr
    assert (" PROFILE " in result.stderr) is (target in _WITH_TEMPLATE)
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("target", "variable"),
    [("lint", "ARGS"), ("template", "BASE"), ("deploy", "KEEP"), ("status", "UPGRADE")],
)
def test_target_refuses_the_variable_of_another(target: str, variable: str) -> None:
    result = _make(target, f"{variable}=1")

    assert result.returncode == 2
    assert f"error: make {target} cannot use {variable}\nhint: it takes: " in result.stderr


def test_wrong_variable_is_refused_before_anything_is_installed(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(_ROOT / name, tmp_path)

    result = _make("check", "REGION=x", "BASE=y", installed=(), folder=tmp_path)

    assert result.returncode == 2
    assert "error: make check cannot use " in result.stderr
    assert {"REGION", "BASE"} <= {*result.stderr.splitlines()[0].split()}
    assert not (tmp_path / ".venv").exists()


def test_variable_of_the_environment_is_not_refused() -> None:
    assert _make("--dry-run", "status", PROFILE="production").returncode == 0


@pytest.mark.parametrize(("upgrade", "upgrades"), [("0", False), ("", False), ("1", True)])
def test_dependencies_are_upgraded_only_if_asked(upgrade: str, *, upgrades: bool) -> None:
    line = _make("--dry-run", "lock", f"UPGRADE={upgrade}").stdout

    assert ("--upgrade" in line) is upgrades


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ("deploy", "PROFILE=production", "OPTIONS=stack.toml"),
            "--profile and --options cannot be used together",
        ),
        (("preflight", "PROFILE=gold"), "gold"),
        (
            ("rollout", "PROFILE=production", "ARGS=--template output/TapStack.json"),
            "two templates: --profile production and the --template of ARGS",
        ),
        (("integration", "OPTIONS=stack.toml"), "not the options file stack.toml"),
    ],
    ids=["both", "unknown profile", "two templates", "options for the integration tests"],
)
def test_choice_that_cannot_be_used_is_refused(arguments: tuple[str, ...], error: str) -> None:
    result = _make(*arguments)

    assert result.returncode == 2
    assert "error: " in result.stderr
    assert error in result.stderr
    assert "payment_templates" not in result.stdout


@pytest.mark.parametrize("target", _TARGETS)
def test_every_target_refuses_what_a_shell_reads_in_another_way(target: str) -> None:
    result = _make("--dry-run", target, 'PROFILE="; echo injected; "')

    assert result.returncode == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert "PROFILE is '\"; echo injected; \"': use a value without spaces" in line


@pytest.mark.parametrize("name", ["PROFILE", "OPTIONS", "BASE"])
@pytest.mark.parametrize(
    "value",
    ['a"b', "a`b", "a$b", "a\\b", "a b", "a\tb", "a\nb", "$(shell echo injected >&2)"],
    ids=[*("quotation mark", "backtick", "dollar", "backslash", "space", "tab", "newline"), "make"],
)
def test_no_such_character_reaches_a_shell(name: str, value: str) -> None:
    result = _make("--dry-run", "diff" if name == "BASE" else "deploy", f"{name}={value}")

    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("Makefile:")
    assert f"*** {name} is '" in line


@pytest.mark.parametrize("older", ["python3", None], ids=["a file", "a folder"])
def test_environment_of_an_older_makefile_is_added_to(tmp_path: Path, older: str | None) -> None:
    # It named the Python whose pip it used in .venv/pip; now its runner is needed.
    shutil.copy(_ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries.parent / "template").touch()
    if older:
        (binaries.parent / "pip").write_text(older)
    else:
        (binaries.parent / "pip").mkdir()
    _write_script(tmp_path / "uv", "exit 1")
    _write_script(tmp_path / "python", "echo /pip/__pip-runner__.py")
    # What pip installs is uv.
    _write_script(binaries / "python", 'echo "$@"; cp python .venv/bin/uv')

    result = _make(
        *(".venv/aws", f"PYTHON={tmp_path / 'python'}"),
        installed=["--old-file=.venv/template"],
        folder=tmp_path,
        PATH=f"{tmp_path}:{os.environ['PATH']}",
    )

    assert result.returncode == 0, result.stderr
    assert "\n/pip/__pip-runner__.py install " in result.stdout
    assert (binaries.parent / "aws").exists()


def _write_script(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
