"""Runs a command: connects to AWS, prints errors and sets the exit code."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.commands.output.error_messages import (
    internal_error,
    print_error,
    with_hint,
)
from payment_templates.commands.output.full_disk import is_unwritable
from payment_templates.commands.output.interruption import INTERRUPTED
from payment_templates.commands.output.json_documents import JSON_KEYS, complete_document
from payment_templates.commands.output.json_entries import cause_document
from payment_templates.commands.output.json_output import JsonOutput
from payment_templates.commands.output.safe_console import ClosedOutputError
from payment_templates.commands.output.secrets import Secrets
from payment_templates.commands.output.terminal_output import TerminalOutput
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.connection import connect, explain
from payment_templates.rollout.errors import SAME_COMMAND, SHOWS_CURRENT, RolloutError
from payment_templates.rollout.polling import LONGEST_SECONDS, SHORTEST_SECONDS, Pace
from payment_templates.rollout.stack.rejection import ChangeSetRejectedError

Output = TerminalOutput | JsonOutput

_CLOSED = "the output was closed"
# They start no operation on AWS. An experiment of verify ends with it.
_READ_ONLY = frozenset({"drift", "preflight", "status", "verify"})


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What every command needs: the session, the output, the secrets and the polling interval."""

    session: boto3.Session
    output: Output
    secrets: Secrets
    poll_seconds: float = SHORTEST_SECONDS

    def pace(self) -> Pace:
        """Return the polling intervals of one wait."""
        ratio = LONGEST_SECONDS / SHORTEST_SECONDS
        return Pace(shortest=self.poll_seconds, longest=self.poll_seconds * ratio)


@dataclass(frozen=True, kw_only=True)
class Result:
    """The outcome of a command: its exit code, its JSON document and its error."""

    exit_code: ExitCode = ExitCode.DONE
    document: Mapping[str, Any] = field(default_factory=dict[str, Any])
    error: str = ""


def run(common: CommonOptions, work: Callable[[Tools], Result]) -> None:
    """Run a command, print its outcome and exit with its exit code."""
    secrets = Secrets()
    output: Output = (
        JsonOutput(yes=common.yes) if common.as_json else TerminalOutput(secrets, yes=common.yes)
    )
    result = _attempt(common, work, output, secrets)
    if isinstance(output, JsonOutput):
        _print_document(_document_text(result, output, secrets))
    else:
        output.clear_status()
        if result.error:
            output.show_error(result.error)
    click.get_current_context().exit(result.exit_code)


def _attempt(
    common: CommonOptions, work: Callable[[Tools], Result], output: Output, secrets: Secrets
) -> Result:
    try:
        session = connect(common.aws_profile, output.tell)
        return work(
            Tools(
                session=session,
                output=output,
                secrets=secrets,
                poll_seconds=common.poll_seconds,
            )
        )
    except (WrongUseError, RolloutError) as error:
        return _explained(error, output)
    except (BotoCoreError, ClientError) as error:
        explained = explain(error)
        return Result(exit_code=explained.exit_code, error=str(explained))
    except RecursionError:
        return Result(
            exit_code=ExitCode.WRONG_USE,
            error="the template is nested too deeply, or one of its conditions refers to itself",
        )
    except (KeyboardInterrupt, click.Abort, ClosedOutputError) as error:
        return _ended_early(closed=isinstance(error, ClosedOutputError))
    except Exception as error:
        if isinstance(error, OSError) and is_unwritable(error):
            raise
        return Result(
            exit_code=ExitCode.FAILED,
            error=internal_error(),
        )


def _ended_early(*, closed: bool) -> Result:
    why = _CLOSED if closed else INTERRUPTED
    if click.get_current_context().command.name not in _READ_ONLY:
        why = with_hint(f"{why}; running operations continue on AWS", SAME_COMMAND)
    return Result(exit_code=ExitCode.FAILED if closed else ExitCode.INTERRUPTED, error=why)


def _print_document(text: str) -> None:
    try:
        click.echo(text)
    except BrokenPipeError:
        with suppress(OSError):
            print_error(f"{_CLOSED} before the result was written", SHOWS_CURRENT)
        raise


def _explained(error: WrongUseError | RolloutError, output: Output) -> Result:
    if isinstance(error, WrongUseError):
        return Result(exit_code=ExitCode.WRONG_USE, error=with_hint(error.message, error.hint))
    document = error.document
    if isinstance(error, ChangeSetRejectedError):
        for cause in error.causes:
            output.show_cause(cause)
        document = _causes_document(error.causes)
    return Result(exit_code=error.exit_code, error=str(error), document=document)


def _causes_document(causes: Sequence[Cause]) -> dict[str, Any]:
    keys = JSON_KEYS[click.get_current_context().command.name or ""]
    documents = [cause_document(cause) for cause in causes]
    found = {"causes": documents, "cause": documents[0] if documents else None}
    return {key: value for key, value in found.items() if key in keys}


def _document_text(result: Result, record: JsonOutput, secrets: Secrets) -> str:
    command = click.get_current_context().command.name or ""
    found = {**record.known, **result.document}
    if "changes" in JSON_KEYS[command]:
        found.setdefault("changes", record.changes or None)
    answer = complete_document(command, result.exit_code, result.error, record.messages, found)
    # Times become text first, so that every text is searched for secrets.
    plain = json.loads(json.dumps(answer, default=str))
    return json.dumps(secrets.hide_within(plain), indent=2)
