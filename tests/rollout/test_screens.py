"""The screens of the README are what the program prints today."""

import re
from pathlib import Path

import pytest

from tests.rollout.screens import SCENES, SCREENS, play

# Each plays a whole creation and its rollback: with the faults, beside the gate.
pytestmark = pytest.mark.faults

_CHANCE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.mark.parametrize("name", SCENES)
def test_screen_shows_the_cause_that_the_program_finds(name: str, tmp_path: Path) -> None:
    shown = (SCREENS / f"{name}.txt").read_text()

    played = play(SCENES[name], tmp_path)

    assert _cause(played) == _cause(shown), "run python -m tests.rollout.screens"


@pytest.mark.parametrize("name", SCENES)
def test_cause_stands_in_the_first_screenful(name: str) -> None:
    lines = (SCREENS / f"{name}.txt").read_text().splitlines()

    first = next(number for number, line in enumerate(lines) if line.startswith("why: "))

    assert first < 40


def _cause(screen: str) -> list[str]:
    block = re.search(r"^why: .*?^[^\n]*$", screen, flags=re.MULTILINE | re.DOTALL)
    ending = re.search(r"^error: .*$", screen, flags=re.MULTILINE)
    assert block is not None
    assert ending is not None
    return _CHANCE.sub("…", f"{block[0]}\n{ending[0]}").splitlines()
