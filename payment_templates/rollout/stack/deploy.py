"""Creates or updates one stack; recovers it first if it is stuck."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.cause.service_watch import ServiceWatch
from payment_templates.rollout.changes import Replacement
from payment_templates.rollout.deletion_protection import is_protected, takes_two_steps
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.ownership import require_description, require_own
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.progress.forecast import track_progress
from payment_templates.rollout.stack.deployment import Deployment, Outcome
from payment_templates.rollout.stack.follow import StackFollower, follow
from payment_templates.rollout.stack.last_failure import find_last_failure
from payment_templates.rollout.stack.notices import ENGINE_MAY_STAY, upgrades_engine
from payment_templates.rollout.stack.proposal import execute, propose
from payment_templates.rollout.stack.recovery import (
    continue_rollback,
    delete_failed,
)
from payment_templates.rollout.stack.removal import show_removals
from payment_templates.rollout.stack_states import (
    NextStep,
    StackState,
    find_stack,
    next_step,
    problem_of,
)
from payment_templates.rollout.termination_protection import set_termination_protection

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.progress.forecast import OperationProgress


def deploy(
    session: Session, deployment: Deployment, conversation: Conversation, pace: Pace
) -> Outcome:
    """Wait for a running operation, then create or update the stack; raises RolloutError."""
    client = clients.cloudformation(session, deployment.region)
    removed: tuple[Change, ...] = ()
    while True:
        state = find_stack(client, deployment.stack_name)
        if state is not None:
            _require_own(client, deployment, state)
        step = next_step(state)
        if state is None or step in {NextStep.CREATE, NextStep.UPDATE}:
            outcome = _change_and_protect(session, deployment, state, conversation, pace)
            return replace(outcome, changes=(*removed, *outcome.changes))
        if step is NextStep.WAIT:
            outcome = _follow_running(session, deployment, state, conversation, pace)
            # A deletion started elsewhere ends without a stack: there is nothing to report.
            if outcome.cause is not None and not outcome.succeeded:
                return outcome
            continue
        _show_last_failure(session, deployment.region, state, conversation)
        if step is NextStep.REFUSE:
            raise RolloutError(
                f"{state.name} is {state.status}: {problem_of(state.status)}; nothing was changed",
                ExitCode.REFUSED,
                hint="repair the stack in the CloudFormation console first",
            )
        if step is NextStep.RECREATE:
            removed = show_removals(session, deployment, state, conversation)
            _require_recovery(deployment.may_recreate, "--recreate", state, conversation)
            delete_failed(session, deployment.region, state, conversation, pace)
        else:
            _require_recovery(
                deployment.may_continue_rollback, "--continue-rollback", state, conversation
            )
            continue_rollback(session, deployment.region, state, conversation, pace)


def _require_own(client: CloudFormationClient, deployment: Deployment, state: StackState) -> None:
    if deployment.suffix is None:
        described = str(deployment.template.document.get("Description", ""))
        require_description(client, state, described)
    else:
        require_own(client, state, deployment.suffix)


def _follow_running(
    session: Session,
    deployment: Deployment,
    state: StackState,
    conversation: Conversation,
    pace: Pace,
) -> Outcome:
    conversation.tell(
        f"{state.name} in {deployment.region} is {state.status}: following the operation"
    )
    client = clients.cloudformation(session, deployment.region)
    reader = EventReader(client, state.stack_id)
    types = {name: entry.type for name, entry in deployment.template.resources.items()}
    created = types if state.status == "CREATE_IN_PROGRESS" else ()
    progress = track_progress(deployment.template, types, created)
    follower = _follower(session, deployment.region, reader, conversation, progress)
    after = follow(session, deployment.region, state.stack_id, follower, pace)
    return Outcome(state=after, cause=follower.cause)


def _show_last_failure(
    session: Session, region: str, state: StackState, conversation: Conversation
) -> None:
    cause = find_last_failure(session, region, state)
    if cause is not None:
        conversation.show_cause(cause)


def _require_recovery(
    allowed: bool,  # noqa: FBT001 - what the option says
    option: str,
    state: StackState,
    conversation: Conversation,
) -> None:
    verb = "delete and create it again" if option == "--recreate" else "continue the rollback"
    stuck = f"{state.name} is {state.status}: {problem_of(state.status)}"
    if allowed:
        conversation.tell(f"{stuck}; {option}: {verb}")
    elif not conversation.agree(
        f"{stuck}. Should deploy {verb}? (option {option})", in_person=True
    ):
        raise RolloutError(f"{stuck}; nothing was changed", hint=f"use {option}")


def _change_and_protect(
    session: Session,
    deployment: Deployment,
    state: StackState | None,
    conversation: Conversation,
    pace: Pace,
) -> Outcome:
    outcome = _change(session, deployment, state, conversation, pace)
    created = next_step(state) is NextStep.CREATE
    if created and outcome.succeeded and takes_two_steps(deployment.template, deployment.values):
        conversation.tell(f"{deployment.stack_name} works: switching its deletion protection on")
        agreed = replace(deployment, agreed=True)
        second = _change(session, agreed, outcome.state, conversation, pace)
        outcome = replace(second, changes=(*outcome.changes, *second.changes))
    if outcome.succeeded and outcome.state is not None:
        confirmed = not outcome.up_to_date
        state = _protect_stack(
            session, deployment, outcome.state, conversation, confirmed=confirmed
        )
        outcome = replace(outcome, state=state)
    return outcome


def _protect_stack(
    session: Session,
    deployment: Deployment,
    state: StackState,
    conversation: Conversation,
    *,
    confirmed: bool,
) -> StackState:
    on = is_protected(deployment.template, deployment.values)
    if on is None or on == state.termination_protection:
        return state
    switched = f"switch stack termination protection {'on' if on else 'off'}"
    # A confirmed change set included this; without one, it needs its own confirmation.
    if not confirmed and not conversation.agree(f"{switched.capitalize()} for {state.name}?"):
        raise RolloutError("not confirmed; nothing was changed")
    client = clients.cloudformation(session, deployment.region)
    set_termination_protection(client, state.stack_id, on=on)
    conversation.tell(f"{state.name}: stack termination protection is {'on' if on else 'off'}")
    return replace(state, termination_protection=on)


def _change(
    session: Session,
    deployment: Deployment,
    state: StackState | None,
    conversation: Conversation,
    pace: Pace,
) -> Outcome:
    client = clients.cloudformation(session, deployment.region)
    proposal = propose(session, deployment, state, conversation, pace)
    if proposal is None:
        conversation.tell(f"{deployment.stack_name} in {deployment.region} is up to date")
        return Outcome(state=find_stack(client, deployment.stack_name), up_to_date=True)
    reader = EventReader(client, proposal.stack_id)
    reader.skip()
    execute(client, deployment, state, proposal)
    progress = track_progress(
        deployment.template,
        {change.logical_id: change.resource_type for change in proposal.changes},
        (change.logical_id for change in proposal.changes if _is_created(change)),
    )
    follower = _follower(session, deployment.region, reader, conversation, progress)
    after = follow(session, deployment.region, proposal.stack_id, follower, pace)
    if not after.succeeded and upgrades_engine(proposal.changes):
        conversation.tell(ENGINE_MAY_STAY)
    return Outcome(state=after, changes=proposal.changes, cause=follower.cause)


def _is_created(change: Change) -> bool:
    return change.action == "Add" or change.replacement is Replacement.ALWAYS


def _follower(
    session: Session,
    region: str,
    reader: EventReader,
    conversation: Conversation,
    progress: OperationProgress,
) -> StackFollower:
    services = ServiceWatch(session, region)
    return StackFollower(
        session, region, reader, conversation, progress=progress, services=services
    )
