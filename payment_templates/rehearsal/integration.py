"""The integration tests, run against the stacks that stand."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.deployment import Deployed

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "integration"
# They ask no stack: `make test` runs them.
ABOUT_THE_TESTS = ("test_policy.py", "test_refusals.py")


# pytest puts its own file in the place of standard input: the pipe is kept beside it.
_PROGRAM = """
import os, sys, threading
pipe = os.dup(0)
threading.Thread(target=lambda: os.read(pipe, 1) or os._exit(1), daemon=True).start()
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


class TestsUnusableError(RuntimeError):
    """The tests did not run at all."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the tests said of one stack."""

    passed: int
    # Each as "test: reason".
    failed: tuple[str, ...]
    skipped: tuple[str, ...]


def run_tests(aws: EmbeddedAws, stacks: Sequence[Deployed], suffix: str) -> tuple[Verdict, ...]:
    """Run the tests against every stack, all at once.

    Raises TestsUnusableError with the tests' own words when they could not run.
    """
    with ExitStack() as open_files:
        # Without a name: nothing is left of them, however this process ends.
        reports = [open_files.enter_context(TemporaryFile()) for _ in stacks]
        runs = [
            open_files.enter_context(_started(aws, stack, suffix, report))
            for stack, report in zip(stacks, reports, strict=True)
        ]
        said = [run.stdout.read() if run.stdout else "" for run in runs]
        for run in runs:
            run.wait()
        return tuple(_read(report, text) for report, text in zip(reports, said, strict=True))


@contextmanager
def _started(
    aws: EmbeddedAws, stack: Deployed, suffix: str, report: IO[bytes]
) -> Generator[subprocess.Popen[str], None, None]:
    run = subprocess.Popen(  # noqa: S603 - this Python and this project's tests.
        [
            *(sys.executable, "-c", _PROGRAM, str(TESTS)),
            *(f"--junitxml=/dev/fd/{report.fileno()}", "-q", "-p", "no:cacheprovider"),
            *(f"--ignore={TESTS / name}" for name in ABOUT_THE_TESTS),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            **aws.environment,
            "AWS_REGION": stack.region,
            "AWS_DEFAULT_REGION": stack.region,
            "STACK_NAME": stack.name,
            "ENVIRONMENT_SUFFIX": suffix,
        },
        pass_fds=(report.fileno(),),
        # Its end tells the tests that nobody waits for them any more.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield run
    finally:
        run.kill()
        run.wait()


def _read(report: IO[bytes], said: str) -> Verdict:
    report.seek(0)
    written = report.read()
    if not written:
        raise TestsUnusableError(_last_line(said))
    # Written by the process above.
    cases = list(ET.fromstring(written).iter("testcase"))  # noqa: S314
    if not cases:
        raise TestsUnusableError(f"no test ran: {_last_line(said)}")
    failed = _told(cases, "failure") + _told(cases, "error")
    skipped = _told(cases, "skipped")
    return Verdict(passed=len(cases) - len(failed) - len(skipped), failed=failed, skipped=skipped)


def _last_line(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1] if lines else "no output"


def _told(cases: Sequence[ET.Element], outcome: str) -> tuple[str, ...]:
    return tuple(
        f"{case.get('name')}: {found.get('message', '').strip().splitlines()[0]}"
        for case in cases
        if (found := case.find(outcome)) is not None
    )
