"""Runs this project's commands against the embedded AWS as a user would run them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.forked import Forks

MODULE = "payment_templates"
# Set by the specification; us-west-2 is the second region.
PRIMARY_REGION = "us-east-1"
# Operations that take minutes in AWS take seconds here.
POLL_SECONDS = "0.2"


class CommandError(RuntimeError):
    """A command failed and has printed the reason."""

    def __init__(self, name: str, exit_code: int) -> None:
        super().__init__(f"{name} failed with exit code {exit_code}: see its output above")
        self.exit_code = exit_code


class Prompt(Protocol):
    """Shows the commands that are run."""

    def command(self, line: str) -> None:
        """Show a command line; the output of the command follows, if it is shown."""
        ...


class Show(Prompt, Protocol):
    """Shows the commands and steps of a rehearsal."""

    def step(self, title: str) -> AbstractContextManager[Callable[[str], None]]:
        """Show a step while it runs; the yielded function reports its result."""
        ...


@dataclass(frozen=True, kw_only=True)
class Program:
    """The commands of `python -m payment_templates` for one suffix."""

    aws: EmbeddedAws
    forks: Forks
    suffix: str
    prompt: Prompt

    def run(
        self,
        name: str,
        *arguments: str,
        files: Sequence[IO[bytes]] = (),
        region: str = PRIMARY_REGION,
    ) -> None:
        """Run a command with the operator's region and wait; raises CommandError if it fails."""
        command = [name, "--suffix", self.suffix, *arguments, "--poll-seconds", POLL_SECONDS]
        self._show(command)
        exit_code = self.forks.run(
            MODULE, command, environment=self._environment(region), files=files
        )
        if exit_code:
            raise CommandError(name, exit_code)

    def document(self, name: str, *arguments: str, region: str = PRIMARY_REGION) -> dict[str, Any]:
        """Run a command with --json, and return its document whether or not it succeeds."""
        command = [name, "--suffix", self.suffix, *arguments, "--json"]
        self._show(command)
        # Unnamed, so that no file remains, however this process ends.
        with TemporaryFile() as output:
            exit_code = self.forks.run(
                MODULE, command, environment=self._environment(region), output=output
            )
            output.seek(0)
            try:
                document: dict[str, Any] = json.loads(output.read())
            except ValueError:
                raise CommandError(name, exit_code) from None
        return document

    def _show(self, command: Sequence[str]) -> None:
        self.prompt.command(" ".join(["python", "-m", MODULE, *command]))

    def _environment(self, region: str) -> dict[str, str]:
        # The user's own environment may point to another endpoint or account.
        return {**os.environ, **self.aws.environment, "AWS_REGION": region}
