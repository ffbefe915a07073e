"""Runs the rehearse command: shows the progress of the rehearsal and its results."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rich.table import Table

from payment_templates.commands.inputs.template_files import read_template
from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.commands.output.error_messages import print_error
from payment_templates.commands.output.interruption import INTERRUPTED
from payment_templates.commands.output.safe_console import SafeConsole
from payment_templates.exit_codes import ExitCode
from payment_templates.rehearsal import run
from payment_templates.rehearsal.alarm_change import UpdateError, changeable_alarm
from payment_templates.rehearsal.integration import TESTS, TestsUnusableError
from payment_templates.rehearsal.process import StartError
from payment_templates.rehearsal.program import CommandError
from payment_templates.rehearsal.region_moves import MoveError
from payment_templates.rehearsal.retention import SnapshotError
from payment_templates.rehearsal.verification import VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from rich.console import Console

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.run import RegionResult
    from payment_templates.rehearsal.stacks import Stack

_FAILURES = (
    StartError,
    TestsUnusableError,
    UpdateError,
    MoveError,
    SnapshotError,
    VerificationError,
)
PROXIES = {"all_proxy", "http_proxy", "https_proxy"}


def show_rehearsal(template: Path, *, keep: bool) -> None:
    """Rehearse the template; exit 1 when something failed or was left behind."""
    if not TESTS.is_dir() or find_spec("pytest") is None:
        print_error(
            "rehearse runs the integration tests, which need a clone of the repository and pytest",
            "run `make rehearse` in a clone",
        )
        raise SystemExit(ExitCode.WRONG_USE)
    _require_rehearsable(template)
    _isolate_environment()
    screen = _Screen(console=_console())
    linger = screen.linger if keep else None
    try:
        results = run.rehearse(template, screen, linger)
    except CommandError as error:
        print_error(str(error))
        raise SystemExit(error.exit_code) from None
    except _FAILURES as error:
        print_error(str(error))
        raise SystemExit(ExitCode.FAILED) from None
    screen.show(results)
    if not all(result.good for result in results):
        raise SystemExit(ExitCode.FAILED)


def _require_rehearsable(template: Path) -> None:
    read = read_template(template)
    missing = [name for name in run.PARAMETERS if name not in read.parameters]
    if missing:
        problem = f"no parameter {' and no parameter '.join(missing)}"
    elif not changeable_alarm(read.document):
        problem = (
            "no alarm with a numeric Threshold in every region: the rehearsal of an update "
            "changes one"
        )
    else:
        return
    raise WrongUseError(
        f"{template} has {problem}",
        "rehearse a template that this project generates, also with resources of your own",
    )


def _isolate_environment() -> None:
    # Neither the operator's AWS profile nor a proxy may redirect the requests to the embedded AWS.
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower() in PROXIES:
            del os.environ[name]
    for file in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ[file] = os.devnull


def _console() -> Console:
    # A CI log gets plain lines; otherwise rich detects whether it writes to a terminal.
    return SafeConsole(force_terminal=False if os.environ.get("CI") else None, highlight=False)


@dataclass(frozen=True, kw_only=True)
class _Screen:
    """Shows the progress of the rehearsal."""

    console: Console

    @contextmanager
    def step(self, title: str) -> Generator[Callable[[str], None]]:
        started = time.monotonic()
        outcome = [""]
        with self.console.status(title) as status:

            def tell(what: str) -> None:
                outcome[0] = what
                status.update(f"{title}: {what}")

            try:
                yield tell
            except BaseException as error:
                how = INTERRUPTED if isinstance(error, KeyboardInterrupt) else "failed"
                self._line(f"\n{time.monotonic() - started:5.1f} s  {title}: {how}")
                raise
        result = f": {outcome[0]}" if outcome[0] else ""
        self._line(f"\n{time.monotonic() - started:5.1f} s  {title}{result}")

    def command(self, line: str) -> None:
        """Show a command line before its output."""
        self.console.print(f"\n$ {line}", style="bold", soft_wrap=True, markup=False)

    def linger(self, aws: EmbeddedAws, stacks: tuple[Stack, ...]) -> None:
        """Show commands to inspect the stacks, and wait for Ctrl-C."""
        lines = [f"export {name}={value}" for name, value in aws.environment.items()]
        for stack in stacks:
            where = f"--endpoint-url {aws.endpoint_url} --region {stack.region}"
            lines.append(f"aws {where} cloudformation describe-stacks --stack-name {stack.name}")
            lines.append(f"aws {where} ecs list-tasks --cluster payment-cluster-dev-001")
        self.console.print("\n".join(lines), soft_wrap=True)
        with self.console.status("Everything is running; press Ctrl-C to stop"):
            try:
                while True:
                    time.sleep(1)
            except KeyboardInterrupt:
                return

    def show(self, results: Sequence[RegionResult]) -> None:
        """Print the table of results, then failures, leftovers and skipped tests."""
        table = Table("region", "resources", "passed", "failed", "skipped", "left behind")
        for result in results:
            verdict = result.verdict
            counts = (result.resources, verdict.passed, len(verdict.failed), len(verdict.skipped))
            table.add_row(result.region, *map(str, counts), str(len(result.left)))
        self.console.print(table)
        for result in results:
            self._list(f"failed in {result.region}", result.verdict.failed)
            self._list(f"left behind in {result.region}", result.left)
            self._list(f"retained in {result.region}", result.retained)
        # The same in every region: the same tests run there.
        self._list("skipped", results[0].verdict.skipped)

    def _list(self, title: str, lines: Sequence[str]) -> None:
        for line in lines:
            self._line(f"{title}: {line}")

    def _line(self, text: str) -> None:
        self.console.print(text, soft_wrap=True, markup=False)
