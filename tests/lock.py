"""Locks the dependencies: python -m tests.lock [--upgrade].

requirements.lock has one section for each level of installation, and each section adds to the ones
before it: generating a template needs a tenth of the packages that the tests need. The file has a
hash for every archive and no URL.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
# The arguments of uv for each level, in the order of the sections.
LEVELS = {
    "template": ("--group", "validate"),
    "aws": ("--group", "validate", "--extra", "aws", "--extra", "report"),
    "rehearsal": ("--group", "validate", "--extra", "rehearsal", "--extra", "report"),
    "dev": ("--extra", "rehearsal", "--extra", "report", "--group", "dev"),
}
_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]*", re.IGNORECASE)


def main() -> int:
    """Write the lock file; returns 0."""
    everything = _compiled(LEVELS["dev"], constraints="", upgrade="--upgrade" in sys.argv[1:])
    locked = _entries(everything)
    written: set[str] = set()
    sections: list[str] = []
    for level, arguments in LEVELS.items():
        wanted = _entries(_compiled(arguments, constraints=everything, upgrade=False))
        names = [name for name in locked if name in wanted and name not in written]
        written |= set(names)
        sections.append(f"# level: {level}\n" + "".join(locked[name] for name in names))
    LOCK.write_text("".join(sections), encoding="utf-8")
    return 0


def _compiled(arguments: tuple[str, ...], *, constraints: str, upgrade: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        output, limits = Path(folder, "lock.txt"), Path(folder, "limits.txt")
        # Locked versions stay, unless --upgrade is given.
        if not upgrade and not constraints and LOCK.exists():
            output.write_text(LOCK.read_text(encoding="utf-8"), encoding="utf-8")
        limits.write_text(constraints, encoding="utf-8")
        subprocess.run(
            [
                *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
                *("--generate-hashes", "--no-header", "--no-annotate"),
                *("--constraint", str(limits), *arguments),
                *("--output-file", str(output), "pyproject.toml"),
            ],
            cwd=ROOT,
            check=True,
        )
        return output.read_text(encoding="utf-8")


def _entries(text: str) -> dict[str, str]:
    """Return the lines of each locked package by its name."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        if match := _NAME.match(line):
            name = match[0].lower()
            # A package may be locked in several versions, for different versions of Python.
            found.setdefault(name, "")
        if name and not line.startswith("#"):
            found[name] += line
    return found


if __name__ == "__main__":
    sys.exit(main())
