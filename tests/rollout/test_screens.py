"""The screens of the README match the program's current output."""

import re
from pathlib import Path

import pytest

from tests.rollout.screens import SCENES, SCREENS, play

# Each runs a whole creation and its rollback: runs with the faults, outside the gate.
pytestmark = pytest.mark.faults

_RANDOM_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.mark.parametrize("name", SCENES)
def test_screen_shows_the_cause_that_the_program_finds(name: str, tmp_path: Path) -> None:
    shown = (SCREENS / f"{name}.txt").read_text()

    printed = play(SCENES[name], tmp_path)

    assert _cause(printed) == _cause(shown), "run python -m tests.rollout.screens"


@pytest.mark.parametrize("name", SCENES)
def test_cause_is_on_the_first_screen(name: str) -> None:
    lines = (SCREENS / f"{name}.txt").read_text().splitlines()

    first = next(number for number, line in enumerate(lines) if line.startswith("why: "))

    assert first < 40


def _cause(screen: str) -> list[str]:
    block = re.search(r"^why: .*?^[^\n]*$", screen, flags=re.MULTILINE | re.DOTALL)
    ending = re.search(r"^error: .*(?:\nhint: .*)?$", screen, flags=re.MULTILINE)
    assert block is not None
    assert ending is not None
    return _RANDOM_ID.sub("…", f"{block[0]}\n{ending[0]}").splitlines()
