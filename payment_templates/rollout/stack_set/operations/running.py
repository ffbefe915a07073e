"""Starts stack set operations one at a time and finds running ones."""

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

# The prefix of the ID of every operation that this program starts.
PREFIX = "payment-rollout-"
RUNNING = frozenset({"RUNNING", "STOPPING", "QUEUED"})
# How often an operation of another user may start first: with the pauses of a Pace, the last ten
# of 15 seconds, this lasts more than two minutes.
_ROUNDS = 15


def running_operation(client: CloudFormationClient, name: str) -> str | None:
    """Return the ID of the operation that is running on a set, the oldest if others are queued."""
    pages = client.get_paginator("list_stack_set_operations").paginate(
        StackSetName=name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    listed = [
        entry.get("OperationId", "")
        for page in pages
        for entry in page["Summaries"]
        if entry.get("Status", "") in RUNNING
    ]
    # The newest are listed first; the oldest runs, the others wait for it.
    for operation_id in reversed(listed):
        # ListStackSetOperations is eventually consistent, DescribeStackSetOperation is not.
        if is_running(client, name, operation_id):
            return operation_id
    return None


def start(
    client: CloudFormationClient,
    name: str,
    call: Callable[[str], str],
    wait_until_idle: Callable[[], None],
    pace: Pace,
) -> str:
    """Start an operation once and return its ID.

    `wait_until_idle` waits for running operations. `call` starts the operation with a given ID and
    returns the ID in AWS's response. Raises RolloutError if other users keep starting operations.
    """
    for _ in range(_ROUNDS):
        wait_until_idle()
        # Makes the call idempotent: CreateStackInstances, OperationId.
        operation_id = f"{PREFIX}{uuid4()}"
        try:
            return call(operation_id)
        except client.exceptions.ClientError as error:
            # If the response was lost, the retry finds the operation.
            if exists(client, name, operation_id):
                return operation_id
            if code_of(error) != "OperationInProgressException":
                raise
        # The list may not show the other operation yet.
        pace.pause(news=False)
    raise RolloutError(
        f"other users keep starting operations on {name}",
        hint="coordinate with them, then run the same command again",
    )


def stop_creation(client: CloudFormationClient, name: str, operation_id: str) -> None:
    """Stop an operation that creates stacks: those not started yet are cancelled.

    StackSets wait for the others (StopStackSetOperation).
    """
    try:
        shown = client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
        if shown["StackSetOperation"].get("Action") == "CREATE":
            client.stop_stack_set_operation(StackSetName=name, OperationId=operation_id)
    except client.exceptions.ClientError as error:
        # It has ended meanwhile.
        if not _is_absent(error) and code_of(error) != "InvalidOperationException":
            raise


def is_running(client: CloudFormationClient, name: str, operation_id: str) -> bool:
    """Return whether an operation is queued, running or stopping."""
    try:
        shown = client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    except client.exceptions.ClientError as error:
        if _is_absent(error):
            return False
        raise
    return shown["StackSetOperation"].get("Status", "") in RUNNING


def exists(client: CloudFormationClient, name: str, operation_id: str) -> bool:
    """Return whether a set has an operation with this ID."""
    try:
        client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    except client.exceptions.ClientError as error:
        if _is_absent(error):
            return False
        raise
    return True


def _is_absent(error: ClientError) -> bool:
    return code_of(error) in {"OperationNotFoundException", "StackSetNotFoundException"}
