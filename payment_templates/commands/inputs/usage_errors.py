"""Reports usage errors in the form of every other error, and as a JSON document with --json."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand, NoSuchOption

from payment_templates.commands.inputs.signals import INTERRUPTED, end_on_signals
from payment_templates.commands.output.error_messages import print_error, with_hint
from payment_templates.commands.output.json_documents import JSON_KEYS, complete_document

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

# How click starts the message about arguments that it does not expect, followed by their text.
_UNEXPECTED = "Got unexpected extra argument"


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

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a signal that comes while it is loaded ends it like any other."""
        command = self.name or ""
        if command not in JSON_KEYS:
            return super().invoke(ctx)
        with end_on_signals():
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                _report(command, INTERRUPTED, "interrupted", as_json=ctx.params["as_json"])
                raise click.exceptions.Exit(INTERRUPTED) from None

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
            _report(command, error.exit_code, text, as_json=True)
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


def _report(command: str, exit_code: int, error: str, *, as_json: bool) -> None:
    if as_json:
        document = complete_document(command, exit_code, error, (), {})
        click.echo(json.dumps(document, indent=2))
    else:
        print_error(error)


def _meant(error: NoSuchCommand | NoSuchOption) -> Sequence[str]:
    likely = error.possibilities or ()
    if isinstance(error, NoSuchOption):
        # --profile is --aws-profile, not --role-arn, which only has similar letters.
        ending = error.option_name.lstrip("-")
        return [one for one in likely if one.endswith(f"-{ending}")] or likely
    return likely


def _problem_and_hint(error: click.UsageError) -> tuple[str, str]:
    if isinstance(error, NoSuchCommand | NoSuchOption) and error.possibilities:
        text, hint = error.message, f"did you mean {' or '.join(_meant(error))}?"
    else:
        text = error.format_message()
        hint = f"run `{error.ctx.command_path} --help` for usage" if error.ctx else ""
    if text.startswith(_UNEXPECTED):
        # Not shown: it may be a password, given to an option that takes no value.
        text = "there is an argument that belongs to no option"
        if error.ctx and error.ctx.params.get("ask_password"):
            hint = "--ask-password takes no value: it prompts for the password"
    # click writes sentences.
    return text[:1].lower() + text[1:].rstrip("."), hint
