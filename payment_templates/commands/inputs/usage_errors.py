"""Reports usage errors in the form of every other error: a problem and the next step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand, NoSuchOption

from payment_templates.commands.output.error_messages import internal_error, print_error
from payment_templates.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence


# The key of a context's meta data with the arguments as they are typed.
GIVEN = "payment_templates.given"


class WrongUseError(click.ClickException):
    """An argument that cannot be used, with the next step."""

    exit_code = ExitCode.WRONG_USE

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - click's own.
        """Print the error."""
        print_error(self.message, self.hint)


class InternalError(click.ClickException):
    """A bug of this program; to be raised while the error is handled that shows it."""

    # Not that of a broken promise.
    exit_code = ExitCode.WRONG_USE

    def __init__(self) -> None:
        super().__init__(internal_error())

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - click's own.
        """Print the error."""
        print_error(self.message)


def refuse_together(options: Mapping[str, bool]) -> None:
    """Refuse more than one of the options, each with whether it is given."""
    given = [option for option, is_given in options.items() if is_given]
    if len(given) > 1:
        raise WrongUseError(
            f"{' and '.join(given[:2])} cannot be used together", "pass one of them"
        )


@contextmanager
def plain_usage_errors() -> Generator[None]:
    """Replace click's usage errors, which print the usage first, by errors of our form."""
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise WrongUseError(*problem_and_hint(error)) from None


def problem_and_hint(error: click.UsageError) -> tuple[str, str]:
    """Return the problem and the next step of one of click's errors."""
    if isinstance(error, NoSuchCommand | NoSuchOption) and (hint := _instead_of(error)):
        return _lower(error.message), hint
    if isinstance(error, click.BadOptionUsage):
        # The value is not shown: it may be meant as a secret.
        if "does not take a value" in error.message:
            return f"{error.option_name} takes no value", f"pass {error.option_name} alone"
        return f"{error.option_name} needs a value", f"pass {error.option_name} VALUE"
    if isinstance(error, click.BadParameter) and error.param is not None:
        if hint := _accepted(error.param):
            value = _typed(error, error.param)
            return f"invalid {name_of(error.param)} {value!r}", hint
        if isinstance(error.param.type, click.Path):
            quoted = error.message.partition(" ")[2].rpartition(" is a directory")[0]
            verb = "write" if error.param.name == "output" else "read"
            folder = quoted.strip("'")
            return f"cannot {verb} {folder}: it is a folder", "use the name of a file"
    hint = f"run `{error.ctx.command_path} --help` for usage" if error.ctx else ""
    return _lower(error.format_message()), hint


def _typed(error: click.BadParameter, parameter: click.Parameter) -> str:
    given = error.ctx.meta.get(GIVEN, {}).get(parameter.name) if error.ctx else None
    if isinstance(given, str):
        return given
    # Of several values. click puts the value first: "'soon' is not a valid float range."
    return error.message.partition(" is not ")[0].strip("'")


def name_of(parameter: click.Parameter) -> str:
    """Return what the user types: --suffix, or TEMPLATE for an argument."""
    if isinstance(parameter, click.Argument):
        return parameter.name.upper() if parameter.name else ""
    return max(parameter.opts, key=len)


def _accepted(parameter: click.Parameter) -> str:
    kind = parameter.type
    if isinstance(kind, click.Choice):
        return f"use one of: {', '.join(map(str, kind.choices))}"
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return "use a whole number" if isinstance(kind, click.types.IntParamType) else ""
    number = "a whole number" if isinstance(kind, click.IntRange) else "a number"
    limits = f"from {kind.min:g}" if kind.max is None else f"from {kind.min:g} to {kind.max:,.15g}"
    default: object = parameter.default
    has_example = isinstance(default, int | float) and default != kind.min
    shown = f", such as {default:g}" if has_example else ""
    return f"use {number} {limits}{shown}"


def _meant(error: NoSuchCommand | NoSuchOption) -> Sequence[str]:
    likely = error.possibilities or ()
    if isinstance(error, NoSuchOption):
        # --profile is --aws-profile, not --role-arn, which only has similar letters.
        ending = error.option_name.lstrip("-")
        return [one for one in likely if one.endswith(f"-{ending}")] or likely
    return likely


def _instead_of(error: NoSuchCommand | NoSuchOption) -> str:
    taken = error.ctx.command.params if error.ctx else []
    # Other commands on templates take the profile whose promises count.
    if (
        isinstance(error, NoSuchOption)
        and error.option_name in {"--profile", "--options"}
        and any(isinstance(it, click.Argument) for it in taken)
    ):
        return "pass the template itself, such as output/TapStack.production.json"
    return f"did you mean {' or '.join(_meant(error))}?" if error.possibilities else ""


def _lower(sentence: str) -> str:
    # click writes sentences.
    return sentence[:1].lower() + sentence[1:].rstrip(".")
