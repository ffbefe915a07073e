"""Output that is closed early, as by `deploy … | head -1`, ends a command with one line."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from payment_templates.cli import main
from tests.rollout import colleague
from tests.rollout.running import EAST, NAME, WEST, Commands, arguments_of, changed

_ENDED = (
    "error: the output was closed; running operations continue on AWS\n"
    "hint: run the same command again: it resumes\n"
)
_DEPLOY = ("deploy", "--yes", "--skip-preflight")


class Output(io.StringIO):
    """Is closed by its reader after some lines."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._left = lines

    def write(self, text: str) -> int:
        """Write a text, as long as it is read."""
        if self._left <= 0:
            raise BrokenPipeError
        self._left -= text.count("\n")
        return super().write(text)

    def flush(self) -> None:
        """Fail as the operating system does for what is buffered."""
        if self._left <= 0:
            raise BrokenPipeError


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Runs commands whose output is closed."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str, lines: int = 0, errors_too: bool = False) -> tuple[int, str]:
        """Run a command whose output is closed after some lines; returns its code and errors."""
        self.capsys.readouterr()
        with self.monkeypatch.context() as closed:
            closed.setattr(sys, "stdout", Output(lines))
            if errors_too:
                closed.setattr(sys, "stderr", Output(lines))
            with pytest.raises(SystemExit) as ended:
                main([*arguments])
        assert isinstance(ended.value.code, int)
        return int(ended.value.code), self.capsys.readouterr().err


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Closing:
    return Closing(monkeypatch=monkeypatch, capsys=capsys)


@pytest.mark.parametrize("lines", range(9))
def test_change_set_is_executed_or_deleted(
    commands: Commands, closing: Closing, lines: int
) -> None:
    code, stderr = closing.run(*arguments_of(*_DEPLOY), lines=lines)

    shown = commands.stack()
    assert (code, stderr) == (1, _ENDED)
    assert shown is None or shown["StackStatus"].startswith("CREATE_")
    assert shown is None or not colleague.change_sets(commands, executable=True)


def test_output_that_is_closed_at_once_leaves_no_stack(
    commands: Commands, closing: Closing
) -> None:
    _, stderr = closing.run(*arguments_of(*_DEPLOY))

    assert stderr == _ENDED
    assert commands.stack() is None


def test_running_operation_continues(commands: Commands, closing: Closing) -> None:
    _, stderr = closing.run(*arguments_of(*_DEPLOY), lines=6)

    colleague.wait_until(commands, "CREATE_COMPLETE")
    assert stderr == _ENDED


def test_dry_run_of_a_large_template_leaves_nothing(
    commands: Commands, closing: Closing, tmp_path: Path
) -> None:
    long = changed(tmp_path, {})
    long.write_text(long.read_text() + " " * 60_000)
    dry_run = arguments_of("deploy", "--dry-run", "--skip-preflight", template=long)

    code, stderr = closing.run(*dry_run)

    assert (code, stderr) == (1, _ENDED)
    assert commands.stack() is None
    assert commands.aws.client("s3", EAST).list_buckets()["Buckets"] == []


@pytest.mark.parametrize("lines", range(5))
def test_preview_of_a_set_leaves_no_change_set(
    commands: Commands, closing: Closing, lines: int
) -> None:
    commands.rollout("--region", EAST, "--region", WEST)
    second = ("--region", EAST, "--region", WEST, "--parameter", "Message=second")

    code, stderr = closing.run(
        *arguments_of("rollout", "--yes", "--skip-preflight", *second), lines=lines
    )

    client = commands.aws.client("cloudformation", EAST)
    left = [
        one
        for stack in client.describe_stacks()["Stacks"]
        for one in client.list_change_sets(StackName=stack["StackName"])["Summaries"]
        if not one["ExecutionStatus"].startswith("EXECUTE_")
    ]
    assert (code, stderr, left) == (1, _ENDED, [])


@pytest.mark.parametrize(
    "command", ["deploy", "destroy", "drift", "preflight", "rollout", "status", "verify"]
)
def test_every_command_says_that_the_result_was_not_written(
    commands: Commands, closing: Closing, command: str
) -> None:
    code, stderr = closing.run(*arguments_of(command, "--json", "--region", EAST))

    assert code == 1
    assert stderr == (
        "error: the output was closed before the result was written\n"
        "hint: run the same command again: it shows what exists now\n"
    )
    del commands


@pytest.mark.parametrize("command", ["preflight", "status", "drift", "verify"])
def test_reading_command_ends_with_one_line(
    commands: Commands, closing: Closing, command: str
) -> None:
    commands.deploy()

    code, stderr = closing.run(*arguments_of(command, "--region", EAST))

    assert (code, stderr) == (1, "error: the output was closed\n")


def test_deletion_of_what_was_shown_is_not_started(commands: Commands, closing: Closing) -> None:
    commands.deploy()

    code, stderr = closing.run(*arguments_of("destroy", "--confirm", "dev-001"))

    assert (code, stderr) == (1, _ENDED)
    assert commands.stack()["StackName"] == NAME


def test_closed_errors_end_without_a_traceback(commands: Commands, closing: Closing) -> None:
    code, stderr = closing.run(*arguments_of(*_DEPLOY), errors_too=True)

    assert (code, stderr) == (1, "")
    assert commands.stack() is None


@pytest.mark.parametrize(
    "command", [["evidence"], ["compliance"], ["cost"], ["policy"], ["diagram"], ["--help"]]
)
def test_command_without_aws_ends_quietly(closing: Closing, command: list[str]) -> None:
    code, stderr = closing.run(*command)

    assert code == 1
    assert "error" not in stderr
