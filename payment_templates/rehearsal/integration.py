"""The integration tests, run against the stacks that stand."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.deployment import Deployed

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests" / "integration"
# They ask no stack: `make test` runs them.
ABOUT_THE_TESTS = ("test_policy.py", "test_refusals.py")


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
    with TemporaryDirectory() as folder:
        reports = [Path(folder, f"{number}.xml") for number, _ in enumerate(stacks)]
        runs = [
            _start(aws, stack, suffix, report)
            for stack, report in zip(stacks, reports, strict=True)
        ]
        said = [run.communicate()[0] for run in runs]
        return tuple(_read(report, text) for report, text in zip(reports, said, strict=True))


def _start(aws: EmbeddedAws, stack: Deployed, suffix: str, report: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - this Python and this project's tests.
        [
            *(sys.executable, "-m", "pytest", str(TESTS), f"--junitxml={report}", "-q"),
            *("-p", "no:cacheprovider"),
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
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _read(report: Path, said: str) -> Verdict:
    if not report.exists():
        raise TestsUnusableError(_last_line(said))
    # Written by the process above.
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314
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
