"""Shows the rehearsal while it runs, and what it came to."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from payment_templates.rehearsal import run
from payment_templates.rehearsal.alarm_change import UpdateError
from payment_templates.rehearsal.integration import TestsUnusableError
from payment_templates.rehearsal.process import StartError
from payment_templates.rehearsal.program import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.run import RegionResult
    from payment_templates.rehearsal.stacks import Stack

# As a shell reports a program that Ctrl-C ended.
INTERRUPTED = 130
PROXIES = {"all_proxy", "http_proxy", "https_proxy"}


def show_rehearsal(template: Path, *, keep: bool) -> None:
    """Rehearse the template; exit 1 when something failed or was left behind."""
    _forget_surroundings()
    screen = _Screen(console=_console())
    linger = screen.linger if keep else None
    try:
        results = run.rehearse(template, screen, linger)
    except CommandError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(error.exit_code) from None
    except (StartError, TestsUnusableError, UpdateError) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    screen.show(results)
    if not all(result.good for result in results):
        raise SystemExit(1)


def _forget_surroundings() -> None:
    # Neither the person's profile nor a proxy leads to the AWS on 127.0.0.1.
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower() in PROXIES:
            del os.environ[name]
    for file in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ[file] = os.devnull


def _console() -> Console:
    # A log keeps plain lines; rich finds out by itself whether it writes to a terminal.
    return Console(force_terminal=False if os.environ.get("CI") else None, highlight=False)


@dataclass(frozen=True, kw_only=True)
class _Screen:
    """Shows the rehearsal as it goes."""

    console: Console

    @contextmanager
    def step(self, title: str) -> Generator[Callable[[str], None]]:
        started = time.monotonic()
        self.console.print()
        come_to = [""]
        with self.console.status(title) as status:

            def tell(what: str) -> None:
                come_to[0] = what
                status.update(f"{title}: {what}")

            try:
                yield tell
            except BaseException:
                self._line(f"{time.monotonic() - started:5.1f} s  {title}: not done")
                raise
        outcome = f": {come_to[0]}" if come_to[0] else ""
        self._line(f"{time.monotonic() - started:5.1f} s  {title}{outcome}")

    def command(self, line: str) -> None:
        """Show what is given, before what is answered."""
        self.console.print(f"\n$ {line}", style="bold", soft_wrap=True, markup=False)

    def linger(self, aws: EmbeddedAws, stacks: tuple[Stack, ...]) -> None:
        """Describe how to look around, and wait for Ctrl-C."""
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
        """Print the table, then what failed, was skipped and was left."""
        table = Table("region", "resources", "passed", "failed", "skipped", "left behind")
        for result in results:
            verdict = result.verdict
            counts = (result.resources, verdict.passed, len(verdict.failed), len(verdict.skipped))
            table.add_row(result.region, *map(str, counts), str(len(result.left)))
        self.console.print(table)
        for result in results:
            self._list(f"failed in {result.region}", result.verdict.failed)
            self._list(f"left behind in {result.region}", result.left)
        # The same in every region, since the same tests ask.
        self._list("skipped", results[0].verdict.skipped)

    def _list(self, title: str, lines: Sequence[str]) -> None:
        for line in lines:
            self._line(f"{title}: {line}")

    def _line(self, text: str) -> None:
        self.console.print(text, soft_wrap=True, markup=False)
