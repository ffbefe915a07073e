"""Reports usage errors in the form of every other error, and as a JSON document with --json."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand, NoSuchOption

from payment_templates.commands.output.error_messages import print_error, with_hint
from payment_templates.commands.output.json_documents import JSON_KEYS, complete_document

if TYPE_CHECKING:
    from collections.abc import Generator


class WrongUseError(click.ClickException):
    """An argument that cannot be used, with the next step."""

    exit_code = click.UsageError.exit_code

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - click's own.
        """Print the error."""
        print_error(self.message, self.hint)


class Command(click.Command):
    """A command that prints its JSON document for usage errors too."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own.
    ) -> click.Context:
        """Parse the arguments; a usage error ends the program."""
        as_json = "--json" in args
        command = self.name or ""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if not as_json or command not in JSON_KEYS:
                raise
            text = with_hint(*_problem_and_hint(error))
            document = complete_document(command, error.exit_code, text, (), {})
            click.echo(json.dumps(document, indent=2))
            raise click.exceptions.Exit(error.exit_code) from None


@contextmanager
def plain_usage_errors() -> Generator[None]:
    """Replace click's usage errors, which print the usage first, by errors of our form."""
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise WrongUseError(*_problem_and_hint(error)) from None


def _problem_and_hint(error: click.UsageError) -> tuple[str, str]:
    if isinstance(error, NoSuchCommand | NoSuchOption) and error.possibilities:
        text, hint = error.message, f"did you mean {' or '.join(error.possibilities)}?"
    else:
        text = error.format_message()
        hint = f"run `{error.ctx.command_path} --help` for usage" if error.ctx else ""
    # click writes sentences.
    return text[:1].lower() + text[1:].rstrip("."), hint
