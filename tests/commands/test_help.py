"""The help of every command: what it says is true of that command, in words of this project."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.commands.help_texts import EXAMPLES, SECTIONS, json_keys

_ROOT = Path(__file__).parents[2]
_LONGEST = 60
# An option of another program or command, whose name is in front of it.
_OPTION = re.compile(r"(?<!create-policy )(?<!rollout )(?<!document and )(--[a-z][a-z-]+)")
every_command = pytest.mark.parametrize("name", main.commands)


def _help(*arguments: str) -> str:
    return CliRunner().invoke(main, [*arguments, "--help"], prog_name="payment-stack").output


def _options(name: str) -> list[click.Option]:
    return [one for one in main.commands[name].params if isinstance(one, click.Option)]


def test_every_command_is_in_one_section() -> None:
    shown = [name for names in SECTIONS.values() for name in names]

    assert sorted(shown) == sorted(main.commands)
    assert all(f"\n{title}:\n" in _help() for title in SECTIONS)


@every_command
def test_line_of_the_overview_is_short(name: str) -> None:
    text = main.commands[name].get_short_help_str(_LONGEST)

    assert text.endswith(".")
    assert not text.endswith("...")


@every_command
def test_options_named_in_the_help_exist(name: str) -> None:
    named = {match for one in _options(name) for match in _OPTION.findall(one.help or "")}
    named |= set(_OPTION.findall(main.commands[name].help or ""))

    assert named <= {option for one in _options(name) for option in one.opts}


@every_command
def test_option_that_repeats_says_so(name: str) -> None:
    silent = [
        one.name
        for one in _options(name)
        if one.multiple and "repeat for more" not in (one.help or "")
    ]

    assert silent == []


@every_command
def test_help_has_no_notation_of_the_parser(name: str) -> None:
    assert re.findall(r"TEXT|RANGE|INTEGER|FLOAT|PATH|<=x|x>=|\[default: \(", _help(name)) == []


@every_command
def test_example_can_be_typed(name: str) -> None:
    command, *arguments = EXAMPLES[name].split()

    assert command == name
    # Raises click's error for an option that does not exist or a value of another type.
    main.commands[name].make_context(name, arguments)
    assert f"payment-stack {name}" in _help(name)


@pytest.mark.parametrize("name", ["evidence", "cost", "compliance", "diff"])
def test_help_has_the_keys_of_the_document(name: str, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    template.write_text('{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}')
    given = [str(template)] * (2 if name == "diff" else 1)

    document = json.loads(CliRunner().invoke(main, [name, *given, "--json"]).stdout)

    assert [*document] == [*json_keys(name)]


def test_confirmation_of_a_deletion_is_named() -> None:
    found = CliRunner().invoke(main, ["destroy", "--suffix", "dev-001", "--yes"])

    assert found.exit_code == 2
    assert found.stderr == "error: destroy has no --yes\nhint: pass --confirm SUFFIX\n"


def test_version_is_the_one_of_the_project() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]

    found = CliRunner().invoke(main, ["--version"])

    assert found.output == f"payment-stack {project['version']}\n"


def test_version_of_an_installed_package_is_in_its_metadata(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "payment_templates.commands.inputs.version._PROJECT", tmp_path / "pyproject.toml"
    )
    monkeypatch.setattr("importlib.metadata.version", "1.2.3 of {}".format)

    found = CliRunner().invoke(main, ["--version"])

    assert found.output == "payment-stack 1.2.3 of payment-templates\n"
