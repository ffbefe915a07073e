"""Previews a deployment without changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.deletion_protection import is_protected
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.ownership import require_own
from payment_templates.rollout.stack.notices import plan_notices
from payment_templates.rollout.stack.proposal import preview
from payment_templates.rollout.stack.stuck.rollback import require_skippable
from payment_templates.rollout.stack_states import NextStep, find_stack, next_step, problem_of

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack.deployment import Deployment
    from payment_templates.rollout.stack_states import StackState


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """What a deployment would do."""

    # None where the stack does not exist.
    state: StackState | None
    changes: tuple[Change, ...]
    # Includes what is in no change set: termination protection and forced deployments.
    would_change: bool


def preview_deployment(
    session: Session, deployment: Deployment, conversation: Conversation, pace: Pace
) -> DryRun:
    """Preview a deployment; raises RolloutError if the stack is stuck or is being changed."""
    client = clients.cloudformation(session, deployment.region)
    state = find_stack(client, deployment.stack_name)
    if state is not None and state.status == "DELETE_COMPLETE":
        state = None
    if state is not None and deployment.suffix is not None:
        require_own(client, state, deployment.suffix)
    require_skippable(client, state, deployment.skipped_resources)
    _require_idle(state)
    changes = preview(session, deployment, state, conversation, pace)
    if not changes:
        # Without a change set, nothing has said so yet.
        for notice in plan_notices(changes, deployment, state):
            conversation.tell(notice)
    protected = is_protected(deployment.template, deployment.values)
    switches = state is not None and protected not in {None, state.termination_protection}
    return DryRun(
        state=state,
        changes=changes,
        would_change=bool(changes) or switches or deployment.force_new_deployment,
    )


def _require_idle(state: StackState | None) -> None:
    step = next_step(state)
    if state is None or step in {NextStep.CREATE, NextStep.UPDATE}:
        return
    if step is NextStep.WAIT:
        raise RolloutError(
            f"{state.name} is {state.status}: its changes cannot be previewed",
            ExitCode.REFUSED,
            hint="run the dry run again once the operation has ended",
        )
    if step is NextStep.REFUSE:
        raise RolloutError(
            f"{state.name} is {state.status}: {problem_of(state.status)}",
            ExitCode.REFUSED,
            hint="repair the stack first, then run the same command again",
        )
    option = "--recreate" if step is NextStep.RECREATE else "--continue-rollback"
    raise RolloutError(
        f"{state.name} is {state.status}: {problem_of(state.status)}",
        ExitCode.REFUSED,
        hint=f"recover it first, with deploy {option}",
    )
