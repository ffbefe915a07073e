"""Ctrl-C ends every program with one line and 130, and never with a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from payment_templates.cli import main

ROOT = Path(__file__).parents[2]
_TO = ["--to", "us-east-1"]
_GIVEN = {"destroy": ["--suffix", "x"], "switchover": _TO, "failover": _TO}
# Ends the import of a package as Ctrl-C does, and runs a program.
_RUN = """
import runpy, sys

class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == {package!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupted())
sys.argv = {arguments!r}
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("command", main.commands)
def test_interrupted_command_ends_with_130(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(click.Command, "invoke", interrupt)

    run = CliRunner().invoke(main, [command, *_GIVEN.get(command, [])])

    assert (run.exit_code, run.stderr) == (130, "error: interrupted\n")


@pytest.mark.parametrize(
    ("package", "program", "arguments"),
    [
        ("troposphere", "generate", ()),
        ("click", "payment_templates", ("evidence",)),
        ("cloudformation_validate", "tests.validate", ("output/TapStack.json",)),
    ],
)
def test_program_that_still_loads_ends_with_130(
    package: str, program: str, arguments: tuple[str, ...]
) -> None:
    text = _RUN.format(package=package, arguments=[program, *arguments])

    run = subprocess.run(
        [sys.executable, "-c", text], cwd=ROOT, check=False, capture_output=True, text=True
    )

    assert (run.returncode, run.stdout, run.stderr) == (130, "", "error: interrupted\n")
