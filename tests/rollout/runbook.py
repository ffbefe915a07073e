"""Reads the commands of docs/runbook.md, and fills in their variables."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

PAGE = Path(__file__).parents[2] / "docs" / "runbook.md"
# A block in bash, with the comment before it that names one for the test that runs it.
_BLOCK = re.compile(
    r"(?:<!-- runbook: (?P<name>[a-z-]+) -->\s*\n\s*)?```bash\n(?P<text>.*?)```", re.DOTALL
)


@dataclass(frozen=True, kw_only=True)
class Block:
    """Commands in one block; the name is empty if no test runs them."""

    name: str
    commands: tuple[str, ...]


def blocks() -> Iterator[Block]:
    """Yield the blocks of the page, in order."""
    for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        text = found["text"].replace("\\\n", " ")
        lines = (line.strip() for line in text.splitlines())
        yield Block(name=found["name"] or "", commands=tuple(line for line in lines if line))


def words_of(command: str, values: Mapping[str, str]) -> list[str]:
    """Split a command as a shell does, with the values of its variables."""
    return shlex.split(Template(command).substitute(values))
