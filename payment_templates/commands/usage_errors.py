"""Wrong use of a command's options, told as a document where one is asked for."""

import json
from typing import Any

import click

from payment_templates.commands.json_documents import ANSWERS, complete_answer


class TellingCommand(click.Command):
    """A command that keeps to --json even where it cannot begin."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> click.Context:
        """Read what was given; ends the program when that is not what the command takes."""
        as_json = "--json" in args
        command = self.name or ""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if not as_json or command not in ANSWERS:
                raise
            text = error.format_message()
            answer = complete_answer(command, error.exit_code, text, (), {})
            click.echo(json.dumps(answer, indent=2))
            raise click.exceptions.Exit(error.exit_code) from None
