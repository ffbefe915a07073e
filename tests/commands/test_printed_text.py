"""What the commands print: no escapes of anyone else, no passwords, one line for a full disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.commands.output.error_messages import print_error
from payment_templates.commands.output.printable import printable
from payment_templates.commands.output.safe_console import SafeConsole
from payment_templates.commands.output.secrets import Secrets
from payment_templates.commands.output.terminal_output import LOG_WIDTH, TerminalOutput
from payment_templates.rollout.changes import Change, Replacement

ROOT = Path(__file__).parents[2]
_PASSWORD = "hunter2"  # noqa: S105 - of nothing
_FULL = Path("/dev/full")
# An escape, a control character of C1, one that turns the direction of text, an invisible one, and
# half a surrogate pair.
_BAD = "a\x1b[31mb\x9bc\u202ed\u200be\ud800f"
_SHOWN = r"a\x1b[31mb\x9bc\u202ed\u200be\ud800f"


def test_characters_that_a_terminal_obeys_are_shown_as_escapes() -> None:
    assert printable(_BAD) == _SHOWN
    assert printable("Zürich\n\tend") == "Zürich\n\tend"


def test_every_part_of_the_output_is_printable(capsys: pytest.CaptureFixture[str]) -> None:
    output = TerminalOutput(Secrets(), yes=True)
    change = Change(
        logical_id=_BAD,
        resource_type=_BAD,
        action="Modify",
        physical_id=_BAD,
        policy="Delete",
        replacement=Replacement.NEVER,
        properties=(_BAD,),
    )

    output.tell(_BAD)
    output.show_table(("name",), [(_BAD,)])
    output.show_changes("us-east-1", [change])
    output.show_error(_BAD)
    print_error(_BAD)

    out, err = capsys.readouterr()
    assert out.startswith(f"{_SHOWN}\n")
    # A narrow column folds it.
    assert out.count(r"a\x1b[31mb") == 5
    assert err.count(_SHOWN) == 2
    assert printable(out + err) == out + err


def test_rich_tables_are_printable(capsys: pytest.CaptureFixture[str]) -> None:
    SafeConsole(width=LOG_WIDTH).print(f"[red]{_BAD}[/]")

    assert capsys.readouterr().out == f"{_SHOWN}\n"


def test_table_in_a_log_has_the_width_of_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    output = TerminalOutput(Secrets(), yes=True)

    output.show_table(("what", "remediation"), [("many words " * 20, "many more words " * 20)])

    assert max(map(len, capsys.readouterr().out.splitlines())) <= LOG_WIDTH <= 120


@pytest.mark.parametrize(
    "arguments",
    [["deploy", "--template"], ["evidence"], ["generate", "--options"], ["rehearse"]],
    ids=lambda arguments: arguments[0],
)
def test_argument_is_echoed_without_its_escapes(arguments: list[str]) -> None:
    suffix = ["--suffix", "dev-001"] if arguments[0] == "deploy" else []

    result = CliRunner().invoke(main, [*arguments[:1], *suffix, *arguments[1:], "\x1b[31m.json"])

    assert result.exit_code == 2
    assert r"\x1b[31m.json" in result.stderr
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize("json_too", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("deploy", ["--ask-password", _PASSWORD]),
        ("deploy", [_PASSWORD]),
        ("deploy", [f"--ask-password={_PASSWORD}"]),
        ("deploy", ["--parameter", _PASSWORD]),
        ("deploy", ["--tag", _PASSWORD]),
        ("rollout", ["--override", _PASSWORD]),
        ("rollout", ["--override", f"{_PASSWORD}:x"]),
    ],
    ids=str,
)
def test_password_in_the_wrong_place_is_not_echoed(
    command: str, arguments: list[str], json_too: tuple[str, ...]
) -> None:
    result = CliRunner().invoke(main, [command, "--suffix", "dev-001", *arguments, *json_too])

    assert result.exit_code == 2
    assert _PASSWORD not in result.stdout + result.stderr
    if json_too:
        assert json.loads(result.stdout)["error"]


def test_password_after_ask_password_gets_a_hint() -> None:
    result = CliRunner().invoke(main, ["deploy", "--suffix", "dev-001", "--ask-password", "x"])

    assert result.stderr.splitlines() == [
        "error: the 4th argument after deploy belongs to no option",
        "hint: --ask-password takes no value: it prompts for the password",
    ]


@pytest.mark.skipif(not _FULL.exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize(
    "program",
    [
        ["-m", "payment_templates", "evidence", "--list"],
        ["-m", "payment_templates", "status", "--help"],
        # Prints its document at the end.
        ["-m", "payment_templates", "status", "--suffix", "dev-001", "--region", "x", "--json"],
        # Prints the regions before it calls AWS.
        ["-m", "payment_templates", "rollout", "--suffix", "dev-001"],
        ["generate.py", "--output", "FOLDER/template.json"],
    ],
    ids=lambda program: " ".join(program[1:]),
)
def test_full_disk_ends_with_one_line(program: list[str], tmp_path: Path) -> None:
    program = [part.replace("FOLDER", str(tmp_path)) for part in program]
    with _FULL.open("w") as full:
        run = subprocess.run(
            [sys.executable, *program],
            cwd=ROOT,
            env=os.environ | {"AWS_ACCESS_KEY_ID": "1", "AWS_SECRET_ACCESS_KEY": "2"},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "error: cannot write the output: No space left on device",
        "hint: free some space first",
    ]
