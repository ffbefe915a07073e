"""Deletes change sets that this run, or an earlier one of the caller, does not execute."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout.errors import code_of, first_line
from payment_templates.rollout.ownership import CHANGE_SET_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.polling import Pace

GONE = frozenset({"ChangeSetNotFound", "ChangeSetNotFoundException"})


def own_prefix(owner: str) -> str:
    """Return the name prefix of the caller's own change sets; a colleague's are kept."""
    return f"{CHANGE_SET_PREFIX}{owner}-"


def discard(client: CloudFormationClient, change_set_id: str) -> None:
    """Delete a change set; idempotent."""
    try:
        client.delete_change_set(ChangeSetName=change_set_id)
    except client.exceptions.ClientError as error:
        if code_of(error) not in GONE:
            raise


@contextmanager
def discarded(
    client: CloudFormationClient, change_set_id: str, warn: Callable[[str], None]
) -> Generator[None]:
    """Delete a change set however the block ends; says if that fails."""
    try:
        yield
    except BaseException:
        # The error of the block is the one to report.
        with suppress(BotoCoreError, ClientError):
            _discard_or_warn(client, change_set_id, warn)
        raise
    _discard_or_warn(client, change_set_id, warn)


def discard_own(
    client: CloudFormationClient, stack_name: str, pace: Pace, *, owner: str
) -> tuple[str, ...]:
    """Delete change sets of the caller's interrupted runs; returns the names of all others."""
    others: list[str] = []
    for page in client.get_paginator("list_change_sets").paginate(StackName=stack_name):
        for summary in page["Summaries"]:
            name = summary.get("ChangeSetName", "")
            if summary.get("ExecutionStatus", "").startswith("EXECUTE_"):
                continue
            if name.startswith(own_prefix(owner)):
                _discard_when_ready(client, pace, ChangeSetName=summary.get("ChangeSetId", ""))
            else:
                others.append(name)
    return tuple(others)


def discard_unfinished(
    client: CloudFormationClient,
    stack_name: str,
    name: str,
    pace: Pace,
    warn: Callable[[str], None],
) -> None:
    """Delete a change set that may not exist or not be ready; says what it could not delete."""
    try:
        _discard_when_ready(client, pace, StackName=stack_name, ChangeSetName=name)
    except (BotoCoreError, ClientError, KeyboardInterrupt) as error:
        gone = isinstance(error, ClientError) and code_of(error) in GONE
        if not gone and "does not exist" not in str(error):
            warn(left_behind(f"the change set {name} of {stack_name}", error))
        if isinstance(error, KeyboardInterrupt):
            raise


def left_behind(what: str, error: BaseException) -> str:
    """Return the warning about what a cleanup could not remove."""
    reason = first_line(error) if isinstance(error, Exception) else "interrupted"
    return f"may be left behind: {what} ({reason})"


def _discard_or_warn(
    client: CloudFormationClient, change_set_id: str, warn: Callable[[str], None]
) -> None:
    try:
        discard(client, change_set_id)
    except KeyboardInterrupt:
        # Ctrl-C must not leave it behind.
        discard(client, change_set_id)
        raise
    except (BotoCoreError, ClientError) as error:
        warn(left_behind(f"the change set {change_set_id}", error))
        raise


def _discard_when_ready(
    client: CloudFormationClient,
    pace: Pace,
    **which: Any,  # noqa: ANN401 - the arguments of DeleteChangeSet.
) -> None:
    while True:
        try:
            client.delete_change_set(**which)
        except client.exceptions.InvalidChangeSetStatusException:
            # "Cannot delete ChangeSet in status CREATE_IN_PROGRESS":
            # github.com/mweagle/Sparta/issues/45
            pace.pause(news=False)
        else:
            return
