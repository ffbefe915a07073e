"""Ctrl-C ends every program with one line and 130, and never with a traceback."""

from __future__ import annotations

import os
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
# Ends the import of a package as Ctrl-C does. After an interruption in text that is compiled at run
# time, as the code of a dataclass is, Python ends itself by SIGINT although the program has handled
# it: run_eval_code_obj and Py_RunMain of CPython.
_INTERRUPTED_IMPORT = """
import sys

class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == {package!r}:
            exec("raise KeyboardInterrupt")

sys.meta_path.insert(0, Interrupted())
"""
_GENERATE = ("generate.py",)
_COMMAND = ("-m", "payment_templates")


@pytest.mark.parametrize("command", main.commands)
def test_interrupted_command_ends_with_130(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(click.Command, "invoke", interrupt)

    run = CliRunner().invoke(main, [command, *_GIVEN.get(command, [])])

    assert (run.exit_code, run.stderr) == (130, "error: interrupted\n")


@pytest.mark.parametrize(
    ("package", "program"),
    [
        *((package, _GENERATE) for package in ("argparse", "pathlib", "payment_templates")),
        *((package, _GENERATE) for package in ("payment_templates.exit_codes", "troposphere")),
        ("payment_templates.commands", (*_COMMAND, "evidence")),
        ("payment_templates.exit_codes", (*_COMMAND, "evidence")),
        ("click", (*_COMMAND, "evidence")),
        ("payment_templates.commands.preflight", (*_COMMAND, "preflight", "--suffix", "dev-001")),
        ("payment_templates.commands.rehearse", (*_COMMAND, "rehearse")),
        ("cloudformation_validate", ("-m", "tests.validate", "output/TapStack.json")),
    ],
)
def test_program_that_still_loads_ends_with_130(
    package: str, program: tuple[str, ...], tmp_path: Path
) -> None:
    # Python imports it before it runs a program.
    (tmp_path / "sitecustomize.py").write_text(_INTERRUPTED_IMPORT.format(package=package))

    run = subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert (run.returncode, run.stdout, run.stderr) == (130, "", "error: interrupted\n")
