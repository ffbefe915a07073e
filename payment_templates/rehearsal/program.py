"""This project's own commands, run against the embedded AWS as a user would run them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

from payment_templates.rehearsal.child import running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.rehearsal import EmbeddedAws

MODULE = "payment_templates"
# The specification's: us-west-2 comes with it.
PRIMARY_REGION = "us-east-1"
# What takes minutes on AWS takes seconds here.
POLL_SECONDS = "0.2"


class CommandError(RuntimeError):
    """A command did not come to a good end; it has said why."""

    def __init__(self, name: str, exit_code: int) -> None:
        super().__init__(f"{name} ended with exit code {exit_code}; it says why above")
        self.exit_code = exit_code


class Prompt(Protocol):
    """Whoever shows what is given."""

    def command(self, line: str) -> None:
        """Show a command line; what the command says follows."""
        ...


@dataclass(frozen=True, kw_only=True)
class Program:
    """The commands of `python -m payment_templates`, on one suffix."""

    aws: EmbeddedAws
    suffix: str
    prompt: Prompt

    def give(self, name: str, *arguments: str, files: Sequence[IO[bytes]] = ()) -> None:
        """Give a command and wait for its end; raises CommandError when that is not a good one."""
        given = [name, "--suffix", self.suffix, *arguments, "--poll-seconds", POLL_SECONDS]
        self.prompt.command(" ".join(["python", "-m", MODULE, *given]))
        # Where the person's own environment sends the commands is not where the rehearsal is.
        environment = {**os.environ, **self.aws.environment, "AWS_REGION": PRIMARY_REGION}
        with running(MODULE, given, environment=environment, files=files) as child:
            exit_code = child.wait()
        if exit_code:
            raise CommandError(name, exit_code)
