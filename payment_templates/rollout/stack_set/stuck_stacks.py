"""Decides what the next operation of a stack set does with a stack that is stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_states import NextStep, find_stack, next_step, problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from boto3 import Session

    from payment_templates.rollout.stack_set.instances import Instance
    from payment_templates.rollout.stack_states import StackState

# The stacks hold no data, and StackSets create them again: CreateStackInstances and UpdateStackSet,
# OperationId ("retries all stack instances whose status is OUTDATED").
_CREATION_FAILED = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
_SAME_COMMAND = "then run the same command again"


def read_stacks(
    session: Session, instances: Sequence[Instance], account: str
) -> Mapping[Instance, StackState | None]:
    """Return the stacks of the account's instances; None for an instance without a stack."""
    return {
        one: find_stack(clients.cloudformation(session, one.region), one.stack_id)
        if one.stack_id
        else None
        for one in instances
        if one.account == account
    }


def is_created(state: StackState | None) -> bool:
    """Return whether the next operation creates the stack, also again after a failed creation."""
    return state is None or state.status in _CREATION_FAILED or next_step(state) is NextStep.CREATE


def recovery_of(state: StackState) -> str:
    """Return what an operator does before StackSets can change the stack; empty if nothing.

    `deploy` does not change the stacks of a set, and StackSets have no operation for these states.
    """
    # arn:aws:cloudformation:region:account:stack/name/identity
    stack = f"--stack-name {state.stack_id} --region {state.stack_id.split(':')[3]}"
    if not problem_of(state.status) or is_created(state):
        return ""
    if state.status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"remove the cause, run aws cloudformation continue-update-rollback {stack}, "
            f"{_SAME_COMMAND}"
        )
    if state.status == "UPDATE_FAILED":
        return f"run aws cloudformation rollback-stack {stack}, {_SAME_COMMAND}"
    if state.status == "DELETE_FAILED":
        return (
            "remove the instance with aws cloudformation delete-stack-instances --retain-stacks, "
            f"run aws cloudformation delete-stack {stack}, {_SAME_COMMAND}"
        )
    return f"repair the stack first, {_SAME_COMMAND}"


def require_recovered(stacks: Mapping[Instance, StackState | None]) -> None:
    """Raise RolloutError for a stack that StackSets can neither update nor create again."""
    for instance, state in stacks.items():
        if state is not None and (recovery := recovery_of(state)):
            raise RolloutError(
                f"{state.name} in {instance.region} is {state.status}: {problem_of(state.status)}; "
                "nothing was changed",
                ExitCode.REFUSED,
                hint=recovery,
            )
