"""Parses a command's arguments: refuses what click accepts silently, and answers --json in JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from payment_templates.commands.inputs.signals import end_on_signals
from payment_templates.commands.inputs.usage_errors import (
    GIVEN,
    WrongUseError,
    name_of,
    problem_and_hint,
)
from payment_templates.commands.output.error_messages import print_error, with_hint
from payment_templates.commands.output.interruption import INTERRUPTED
from payment_templates.commands.output.json_documents import JSON_KEYS, complete_document
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import ordinal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
                _report(command, ExitCode.INTERRUPTED, INTERRUPTED, as_json=ctx.params["as_json"])
                raise click.exceptions.Exit(ExitCode.INTERRUPTED) from None

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
        except (click.UsageError, WrongUseError) as error:
            if not as_json or command not in JSON_KEYS:
                raise
            if isinstance(error, WrongUseError):
                text = with_hint(error.message, error.hint)
            else:
                text = with_hint(*problem_and_hint(error))
            _report(command, error.exit_code, text, as_json=True)
            raise click.exceptions.Exit(error.exit_code) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; raises WrongUseError for what click would accept or not explain."""
        try:
            given, extra, order = self.make_parser(ctx).parse_args(args=[*args])
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if not ctx.resilient_parsing:
            _refuse_repeated(given, order)
            _refuse_empty_paths(given, order)
            ctx.meta[GIVEN] = given
            if extra:
                raise _extra_argument(ctx, extra, args)
        return super().parse_args(ctx, args)


def _refuse_repeated(given: Mapping[str, Any], order: Sequence[click.Parameter]) -> None:
    # click takes the last one of several values, and an account or a region twice.
    for one, count in Counter(order).items():
        if count == 1 or not isinstance(one, click.Option) or one.is_flag:
            continue
        if not one.multiple:
            raise WrongUseError(f"{name_of(one)} is given twice", "pass it once")
        # KEY=VALUE has rules of its own, and may be meant as a secret.
        if "=" not in (one.metavar or ""):
            values: Counter[str] = Counter(given[one.name or ""])
            if twice := [value for value, times in values.items() if times > 1]:
                raise WrongUseError(f"{name_of(one)} {twice[0]} is given twice", "pass it once")


def _refuse_empty_paths(given: Mapping[str, Any], order: Sequence[click.Parameter]) -> None:
    for one in order:
        # The path of an empty text is the current folder.
        if isinstance(one.type, click.Path) and given.get(one.name or "") == "":
            raise WrongUseError(f"invalid {name_of(one)} ''", "use the name of a file")


def _extra_argument(ctx: click.Context, extra: Sequence[str], args: Sequence[str]) -> WrongUseError:
    hint = f"run `{ctx.command_path} --help` for usage"
    if "--ask-password" in args:
        hint = "--ask-password takes no value: it prompts for the password"
    taken = [name_of(it) for it in ctx.command.params if isinstance(it, click.Argument)]
    accepts = f"the command takes {' and '.join(taken)}" if taken else ""
    takes_secrets = any("=" in (one.metavar or "") for one in ctx.command.params)
    if not takes_secrets and ctx.command.name not in JSON_KEYS:
        accepts = accepts or "the command takes options only"
        return WrongUseError(f"unexpected argument {extra[0]!r}: {accepts}", hint)
    # Not shown: it may be a password, given to an option that takes no value.
    place = ordinal(len(args) - [*reversed(args)].index(extra[0]))
    argument = f"the {place} argument after {ctx.info_name}"
    if accepts:
        return WrongUseError(f"{argument} is one too many: {accepts}", hint)
    return WrongUseError(f"{argument} belongs to no option", hint)


def _report(command: str, exit_code: int, error: str, *, as_json: bool) -> None:
    if as_json:
        document = complete_document(command, exit_code, error, (), {})
        click.echo(json.dumps(document, indent=2))
    else:
        print_error(error)
