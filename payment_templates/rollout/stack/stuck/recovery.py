"""Explains why a stack is stuck, asks for confirmation, and recovers the stack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.last_failure import find_last_failure
from payment_templates.rollout.stack.removal import show_removals
from payment_templates.rollout.stack.stuck.failed_creation import delete_failed
from payment_templates.rollout.stack.stuck.rollback import (
    continue_rollback,
    find_failed_resources,
    show_failed_resources,
    skip_hint,
)
from payment_templates.rollout.stack_states import NextStep, next_step, problem_of

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack.deployment import Deployment
    from payment_templates.rollout.stack_states import StackState


def recover(
    session: Session,
    deployment: Deployment,
    state: StackState,
    conversation: Conversation,
    pace: Pace,
) -> tuple[Change, ...]:
    """Delete a stuck stack, or continue its rollback; returns what was deleted.

    Raises RolloutError if not confirmed, for data that may not be deleted, and for a state that
    only AWS Support can end.
    """
    region, role = deployment.region, deployment.role_arn
    cause = find_last_failure(session, region, state)
    step = next_step(state)
    if cause is not None:
        # The hint for a bucket is --recreate itself.
        given = step is NextStep.RECREATE and deployment.may_recreate
        conversation.show_cause(replace(cause, hint="") if given else cause)
    if step is NextStep.REFUSE:
        raise RolloutError(
            f"{state.name} is {state.status}: {problem_of(state.status)}; nothing was changed",
            ExitCode.REFUSED,
            hint="repair the stack first, then run the same command again",
        )
    if step is NextStep.RECREATE:
        removed = show_removals(session, deployment, state, conversation)
        _require_confirmation(deployment.may_recreate, "--recreate", state, conversation)
        delete_failed(session, region, state, conversation, pace, role_arn=role)
        return removed
    failed = find_failed_resources(clients.cloudformation(session, region), state)
    show_failed_resources(failed, conversation)
    _require_confirmation(
        deployment.may_continue_rollback,
        "--continue-rollback",
        state,
        conversation,
        more=skip_hint(failed),
    )
    continue_rollback(
        session,
        region,
        state,
        conversation,
        pace,
        role_arn=role,
        skipped=deployment.skipped_resources,
    )
    return ()


def _require_confirmation(
    allowed: bool,  # noqa: FBT001 - what the option says
    option: str,
    state: StackState,
    conversation: Conversation,
    *,
    more: str = "",
) -> None:
    verb = "delete and create it again" if option == "--recreate" else "continue the rollback"
    stuck = f"{state.name} is {state.status}: {problem_of(state.status)}"
    if allowed:
        conversation.tell(f"{stuck}; {option}: {verb}")
    elif not conversation.agree(
        f"{stuck}. Should deploy {verb}? (option {option})", in_person=True
    ):
        hint = f"use {option}; {more}" if more else f"use {option}"
        raise RolloutError(f"{stuck}; nothing was changed", hint=hint)
