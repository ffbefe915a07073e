"""Time generate.py against the least that such a program must do: make bench.

The floor is a Python process that imports the troposphere modules that a build imports (read from
a real one) with what those import themselves, loads a template of the same size, and dumps it as
compact JSON, which is quicker than the indented JSON that generate.py writes. Neither awacs' other
modules, nor this project's own, nor the making of a single resource are in it.

The two run in turns, and the medians of the processor's seconds are compared: what else a busy
machine does is then in neither. Generating and validating is what `make template` runs, by the
clock. Exits 1 when a figure is above its target.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

HIGHEST_RATIO = 1.3
MOST_SECONDS = 0.8
ROUNDS = 21

FLOOR = """
import json, sys
import {modules}
with open(sys.argv[1]) as source, open(sys.argv[2], "w") as target:
    json.dump(json.load(source), target)
"""


def main() -> int:
    """Print what was measured; return 1 if a figure was above its target."""
    with TemporaryDirectory() as folder:
        template, copy = str(Path(folder, "template.json")), str(Path(folder, "copy.json"))
        generate = ["generate.py", "--output", template]
        # The first build also compiles the modules that are not compiled yet.
        modules = _troposphere_modules(generate)
        size = Path(template).stat().st_size
        floor = ["-c", FLOOR.format(modules=", ".join(modules)), template, copy]
        validate = ["-m", "tests.validate", template, "--after", sys.executable, *generate]
        rounds = [[_cpu_seconds(program) for program in (generate, floor)] for _ in range(ROUNDS)]
        generate_seconds, floor_seconds = map(median, zip(*rounds, strict=True))
        validate_seconds = median(_seconds(validate) for _ in range(ROUNDS))

    ratio = generate_seconds / floor_seconds
    sys.stdout.write(
        f"floor                  {floor_seconds:.3f} CPU s "
        f"({len(modules)} modules of troposphere, {size:,} bytes)\n"
        f"generate.py            {generate_seconds:.3f} CPU s\n"
        f"ratio                  {ratio:.2f} (at most {HIGHEST_RATIO})\n"
        f"generate and validate  {validate_seconds:.3f} s (at most {MOST_SECONDS})\n"
    )
    return int(ratio > HIGHEST_RATIO or validate_seconds > MOST_SECONDS)


def _troposphere_modules(generate: list[str]) -> list[str]:
    build = _run("-X", "importtime", *generate)
    if build.returncode:
        sys.exit(build.stderr)
    imported = [line.rpartition("|")[2].strip() for line in build.stderr.splitlines()]
    return sorted(name for name in imported if name.partition(".")[0] == "troposphere")


def _cpu_seconds(program: list[str]) -> float:
    # The program is this project's own.
    process = subprocess.Popen([sys.executable, *program], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime


def _seconds(program: list[str]) -> float:
    started = time.perf_counter()
    _run(*program)
    return time.perf_counter() - started


def _run(*program: str) -> subprocess.CompletedProcess[str]:
    # The programs are this project's own.
    return subprocess.run([sys.executable, *program], check=False, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main())
