"""Runs the integration tests against the deployed stacks and reads their results."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET

from payment_templates.rehearsal.child import running

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.stacks import Stack

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "integration"
# They need no stack: `make test` runs them.
ABOUT_THE_TESTS = ("test_policy.py", "test_refusals.py")


class TestsUnusableError(RuntimeError):
    """The tests could not run."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The test results of one stack."""

    passed: int
    # Each entry reads "test: reason".
    failed: tuple[str, ...]
    skipped: tuple[str, ...]


def run_tests(aws: EmbeddedAws, stacks: Sequence[Stack], suffix: str) -> tuple[Verdict, ...]:
    """Run the tests against all stacks in parallel.

    Raises TestsUnusableError with the last line of their output if they could not run.
    """
    with ExitStack() as open_files:
        # Unnamed, so that no file remains, however this process ends.
        reports = [open_files.enter_context(TemporaryFile()) for _ in stacks]
        runs = [
            open_files.enter_context(_started(aws, stack, suffix, report))
            for stack, report in zip(stacks, reports, strict=True)
        ]
        output = [run.stdout.read() if run.stdout else "" for run in runs]
        for run in runs:
            run.wait()
        return tuple(_read(report, text) for report, text in zip(reports, output, strict=True))


def _started(
    aws: EmbeddedAws, stack: Stack, suffix: str, report: IO[bytes]
) -> AbstractContextManager[subprocess.Popen[str]]:
    return running(
        "pytest",
        [
            str(TESTS),
            *(f"--junitxml=/dev/fd/{report.fileno()}", "-q", "-p", "no:cacheprovider"),
            # Only their own conftest.py: the one above imports what the other tests need.
            f"--confcutdir={TESTS}",
            *(f"--ignore={TESTS / name}" for name in ABOUT_THE_TESTS),
        ],
        environment={
            **os.environ,
            **aws.environment,
            "AWS_REGION": stack.region,
            "AWS_DEFAULT_REGION": stack.region,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "STACK_NAME": stack.name,
            "ENVIRONMENT_SUFFIX": suffix,
        },
        folder=ROOT,
        files=[report],
    )


def _read(report: IO[bytes], output: str) -> Verdict:
    report.seek(0)
    written = report.read()
    if not written:
        raise TestsUnusableError(_last_line(output))
    # Written by the child process.
    cases = list(ET.fromstring(written).iter("testcase"))  # noqa: S314
    if not cases:
        raise TestsUnusableError(f"no test ran: {_last_line(output)}")
    failed = _messages(cases, "failure") + _messages(cases, "error")
    skipped = _messages(cases, "skipped")
    return Verdict(passed=len(cases) - len(failed) - len(skipped), failed=failed, skipped=skipped)


def _last_line(output: str) -> str:
    lines = output.strip().splitlines()
    return lines[-1] if lines else "no output"


def _messages(cases: Sequence[ET.Element], outcome: str) -> tuple[str, ...]:
    return tuple(
        f"{case.get('name')}: {found.get('message', '').strip().splitlines()[0]}"
        for case in cases
        if (found := case.find(outcome)) is not None
    )
