"""Prompts at a real terminal."""

import os
import pty
import select
import sys
from pathlib import Path

import pytest

from tests.rollout.running import EAST, NAME, SUFFIX, Commands, arguments_of, changed

_PASSWORD = "correct-horse-battery"  # noqa: S105 - of nothing
_PATIENCE_SECONDS = 30


def test_password_is_typed_twice_and_never_shown(commands: Commands, tmp_path: Path) -> None:
    greeting = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Type": "String",
            "Name": {"Fn::Sub": "/payment/${EnvironmentSuffix}/greeting"},
            "Value": {"Ref": "DBMasterPassword"},
        },
    }
    given = arguments_of(
        "deploy", "--yes", "--ask-password", template=changed(tmp_path, {"Greeting": greeting})
    )

    exit_code, shown = _at_terminal(given, {"DBMasterPassword: ": _PASSWORD, "confirm": _PASSWORD})

    assert exit_code == 0, shown
    assert commands.greeting(EAST) == _PASSWORD
    assert _PASSWORD not in shown


@pytest.mark.parametrize(("typed", "exit_code"), [(SUFFIX, 0), ("prod-001", 2)])
def test_suffix_is_typed_before_the_deletion(
    commands: Commands, typed: str, exit_code: int
) -> None:
    commands.deploy()

    code, shown = _at_terminal(
        arguments_of("destroy", "--region", EAST), {"Type the suffix to confirm: ": typed}
    )

    assert code == exit_code, shown
    assert NAME in shown
    assert (commands.stack() is None) == (exit_code == 0)


def _at_terminal(arguments: list[str], answers: dict[str, str]) -> tuple[int, str]:
    """Run a command in its own terminal; answer each question once, in order."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "payment_templates", *arguments])  # noqa: S606 - a shell is what must not be there
    shown = ""
    left = list(answers.items())
    while part := _read(terminal):
        shown += part
        if left and left[0][0] in shown:
            os.write(terminal, f"{left.pop(0)[1]}\n".encode())
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown


def _read(terminal: int) -> str:
    # An unexpected question would block without end; select() takes no descriptor above 1,023.
    poll = select.poll()
    poll.register(terminal, select.POLLIN)
    if not poll.poll(1000 * _PATIENCE_SECONDS):
        pytest.fail(f"the command wrote nothing for {_PATIENCE_SECONDS} s")
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:
        # The error of Linux for a closed terminal.
        return ""
