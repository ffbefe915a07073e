"""Decides who uses a stack: its open change sets, and the empty stack of a change set in review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.ownership import NOTHING_CHANGED
from payment_templates.rollout.stack.change_set_deletion import own_prefix
from payment_templates.rollout.stack_states import find_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack.change_set import ChangeSet

# Of a change set that was executed, that an update of the stack made invalid, or that failed.
_ENDED = frozenset({"EXECUTE_COMPLETE", "EXECUTE_FAILED", "OBSOLETE"})


def require_only(client: CloudFormationClient, stack_name: str, own: ChangeSet) -> None:
    """Raise RolloutError if someone else has a change set of the stack ready or in creation.

    ExecuteChangeSet: "CloudFormation deletes all other change sets associated with the stack".
    """
    for name, change_set_id in _open(client, stack_name):
        if change_set_id != own.change_set_id:
            raise RolloutError(
                f"the change set {name} of {stack_name} was created by someone else, and executing "
                f"another one deletes it; {NOTHING_CHANGED}",
                ExitCode.REFUSED,
                hint=what_to_do_about(client, change_set_id),
            )


def others_of(client: CloudFormationClient, stack_name: str, *, owner: str) -> dict[str, str]:
    """Return the change sets of a stack that someone else may execute: their IDs by name."""
    own = own_prefix(owner)
    return {name: one for name, one in _open(client, stack_name) if not name.startswith(own)}


def what_to_do_about(client: CloudFormationClient, change_set_id: str) -> str:
    """Return the hint for an open change set of someone else."""
    # A run with another session name, or on another machine, cannot be recognised as the caller's.
    return (
        "wait until it is executed, or ask its owner to delete it; if an earlier run of yours has "
        "left it, for example on another machine, run aws cloudformation delete-change-set "
        f"--change-set-name {change_set_id} --region {client.meta.region_name}"
    )


def has_any(client: CloudFormationClient, stack_name: str) -> bool:
    """Return whether the stack has any change set, in any state."""
    pages = client.get_paginator("list_change_sets").paginate(StackName=stack_name)
    return any(page["Summaries"] for page in pages)


def remove_empty_stack(client: CloudFormationClient, name_or_id: str) -> None:
    """Delete the empty stack that this run's change set created, unless someone else uses it."""
    state = find_stack(client, name_or_id)
    if state is None or state.status != "REVIEW_IN_PROGRESS" or has_any(client, state.name):
        return
    # Read again, right before the deletion: an executed change set makes it a stack in use.
    state = find_stack(client, state.stack_id)
    if state is not None and state.status == "REVIEW_IN_PROGRESS":
        client.delete_stack(StackName=state.stack_id)


def _open(client: CloudFormationClient, stack_name: str) -> Iterator[tuple[str, str]]:
    for page in client.get_paginator("list_change_sets").paginate(StackName=stack_name):
        for summary in page["Summaries"]:
            ended = summary.get("ExecutionStatus", "") in _ENDED
            if not ended and summary.get("Status") != "FAILED":
                yield summary.get("ChangeSetName", ""), summary.get("ChangeSetId", "")
