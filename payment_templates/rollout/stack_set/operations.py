"""Operations on a set: begun once, found again, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from payment_templates.rollout.errors import RolloutError, code_of
from payment_templates.rollout.stack_set.instances import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.exceptions import ClientError
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.polling import Pace

# Begins the ID of every operation that this program begins.
PREFIX = "payment-rollout-"
_UNDER_WAY = frozenset({"RUNNING", "STOPPING", "QUEUED"})
# How often an operation of someone else may come in between: with the pauses of a Pace, the
# last ten of 15 seconds, for more than two minutes.
_ROUNDS = 15


def running_operation(client: CloudFormationClient, name: str) -> str | None:
    """Find the operation that is running on a set, or the one that the others wait for."""
    pages = client.get_paginator("list_stack_set_operations").paginate(
        StackSetName=name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    listed = [
        entry.get("OperationId", "")
        for page in pages
        for entry in page["Summaries"]
        if entry.get("Status", "") in _UNDER_WAY
    ]
    # The newest are listed first; the oldest runs, the others wait for it.
    for operation_id in reversed(listed):
        # ListStackSetOperations may be late, DescribeStackSetOperation never is.
        if is_under_way(client, name, operation_id):
            return operation_id
    return None


def begin(
    client: CloudFormationClient,
    name: str,
    call: Callable[[str], str],
    settle: Callable[[], None],
    pace: Pace,
) -> str:
    """Begin an operation once and give its ID; `settle` waits until nothing is running.

    `call` is given the ID to ask for, and gives the one that AWS answers.
    """
    for _ in range(_ROUNDS):
        settle()
        # It makes the call idempotent: CreateStackInstances, OperationId.
        operation_id = f"{PREFIX}{uuid4()}"
        try:
            return call(operation_id)
        except client.exceptions.ClientError as error:
            # When the answer was lost, the next attempt finds the operation there.
            if is_known(client, name, operation_id):
                return operation_id
            if code_of(error) != "OperationInProgressException":
                raise
        # The operation in between may be one that the list does not show yet.
        pace.pause(news=False)
    raise RolloutError(
        f"others keep beginning operations on {name}; agree with them, then give the same "
        "command again"
    )


def is_under_way(client: CloudFormationClient, name: str, operation_id: str) -> bool:
    """Ask for the operation itself whether it goes on."""
    try:
        shown = client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    except client.exceptions.ClientError as error:
        if _is_absent(error):
            return False
        raise
    return shown["StackSetOperation"].get("Status", "") in _UNDER_WAY


def is_known(client: CloudFormationClient, name: str, operation_id: str) -> bool:
    """Return whether a set has an operation of this ID."""
    try:
        client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    except client.exceptions.ClientError as error:
        if _is_absent(error):
            return False
        raise
    return True


def _is_absent(error: ClientError) -> bool:
    return code_of(error) in {"OperationNotFoundException", "StackSetNotFoundException"}
