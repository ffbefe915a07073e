"""Where a command meets the world: its tools, its errors, its exit code."""

import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.commands.common_options import Surroundings
from payment_templates.commands.json_documents import ANSWERS, complete_answer
from payment_templates.commands.json_output import Record
from payment_templates.commands.secrets import Secrets
from payment_templates.commands.terminal_output import Screen
from payment_templates.rollout.connection import connect
from payment_templates.rollout.errors import SAME_COMMAND, ExitCode, RolloutError, explain
from payment_templates.rollout.polling import LONGEST_SECONDS, SHORTEST_SECONDS, Pace

Talk = Screen | Record


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What every command works with."""

    session: boto3.Session
    talk: Talk
    secrets: Secrets
    seconds_between_looks: float = SHORTEST_SECONDS

    def pace(self) -> Pace:
        """Make the pace of a wait."""
        ratio = LONGEST_SECONDS / SHORTEST_SECONDS
        return Pace(shortest=self.seconds_between_looks, longest=self.seconds_between_looks * ratio)


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a command ended, in the words of its JSON document."""

    exit_code: ExitCode = ExitCode.DONE
    document: Mapping[str, Any] = field(default_factory=dict[str, Any])
    error: str = ""


def run(surroundings: Surroundings, work: Callable[[Tools], Result]) -> None:
    """Do the work of a command, and leave the process with its exit code."""
    secrets = Secrets()
    talk: Talk = (
        Record(yes=surroundings.yes)
        if surroundings.as_json
        else Screen(secrets, yes=surroundings.yes)
    )
    result = _attempt(surroundings, work, talk, secrets)
    if isinstance(talk, Record):
        click.echo(_answer(result, talk, secrets))
    else:
        talk.rest()
        if result.error:
            talk.complain(result.error)
    click.get_current_context().exit(result.exit_code)


def _attempt(
    surroundings: Surroundings, work: Callable[[Tools], Result], talk: Talk, secrets: Secrets
) -> Result:
    try:
        session = connect(surroundings.profile, talk.tell)
        return work(
            Tools(
                session=session,
                talk=talk,
                secrets=secrets,
                seconds_between_looks=surroundings.poll_seconds,
            )
        )
    except RolloutError as error:
        return Result(exit_code=error.exit_code, error=str(error), document=error.document)
    except (BotoCoreError, ClientError) as error:
        explained = explain(error)
        return Result(exit_code=explained.exit_code, error=str(explained))
    except RecursionError:
        return Result(
            exit_code=ExitCode.WRONG_USE,
            error="the template is nested too deeply, or a condition of it refers to itself",
        )
    except (KeyboardInterrupt, click.Abort):
        return Result(
            exit_code=ExitCode.INTERRUPTED,
            error=f"interrupted; operations that were started continue on AWS; {SAME_COMMAND}",
        )
    except Exception:  # noqa: BLE001 - a fault of the program: told without what must be hidden.
        return Result(
            exit_code=ExitCode.FAILED,
            error=f"internal error, please report it:\n{traceback.format_exc()}",
        )


def _answer(result: Result, record: Record, secrets: Secrets) -> str:
    command = click.get_current_context().command.name or ""
    found = {**result.document}
    if "changes" in ANSWERS[command]:
        found.setdefault("changes", record.changes or None)
    answer = complete_answer(command, result.exit_code, result.error, record.messages, found)
    # Times and the like as text first, then what is text without the secrets.
    plain = json.loads(json.dumps(answer, default=str))
    return json.dumps(secrets.hide_within(plain), indent=2)
