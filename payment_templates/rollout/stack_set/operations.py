"""Operations on a set: begun once, found again, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from payment_templates.rollout.errors import RolloutError, code_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.exceptions import ClientError
    from mypy_boto3_cloudformation import CloudFormationClient

# Begins the ID of every operation that this program begins.
PREFIX = "payment-rollout-"
_UNDER_WAY = frozenset({"RUNNING", "STOPPING", "QUEUED"})
# How often an operation of somebody else may come in between.
_ROUNDS = 5


def running_operation(client: CloudFormationClient, name: str) -> str | None:
    """Find the operation that is under way on a set; the newest are listed first."""
    page = client.list_stack_set_operations(StackSetName=name)
    under_way = [
        entry.get("OperationId", "")
        for entry in page["Summaries"]
        if entry.get("Status", "") in _UNDER_WAY
    ]
    # The oldest runs, the others wait for it.
    return under_way[-1] if under_way else None


def begin(
    client: CloudFormationClient,
    name: str,
    call: Callable[[str], str],
    settle: Callable[[], None],
) -> str:
    """Begin an operation once and give its ID; `settle` waits until nothing is under way.

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
            if code_of(error) == "OperationInProgressException":
                continue
            raise
    raise RolloutError(
        f"others keep beginning operations on {name}; agree with them, then give the same "
        "command again"
    )


def is_known(client: CloudFormationClient, name: str, operation_id: str) -> bool:
    """Say whether a set has an operation of this ID."""
    try:
        client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    except client.exceptions.ClientError as error:
        if _is_absent(error):
            return False
        raise
    return True


def _is_absent(error: ClientError) -> bool:
    return code_of(error) in {"OperationNotFoundException", "StackSetNotFoundException"}
