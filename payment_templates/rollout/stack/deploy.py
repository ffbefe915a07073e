"""Creates or updates one stack; recovers it first if it is stuck."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.cause.service_watch import ServiceWatch
from payment_templates.rollout.changes import Replacement
from payment_templates.rollout.deletion_protection import is_protected, takes_two_steps
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.ownership import require_description, require_own
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.progress.forecast import track_progress
from payment_templates.rollout.stack.deployment import Deployment, Outcome
from payment_templates.rollout.stack.follow import StackFollower, follow
from payment_templates.rollout.stack.notices import ENGINE_MAY_STAY, upgrades_engine
from payment_templates.rollout.stack.proposal import execute, propose
from payment_templates.rollout.stack.service_deployment import (
    has_service,
    replace_tasks,
    replaces_tasks,
)
from payment_templates.rollout.stack.stuck.recovery import recover
from payment_templates.rollout.stack.stuck.rollback import require_skippable
from payment_templates.rollout.stack_states import (
    NextStep,
    StackState,
    find_stack,
    next_step,
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
        if step is not NextStep.WAIT:
            require_skippable(client, state, deployment.skipped_resources)
        if state is None or step in {NextStep.CREATE, NextStep.UPDATE}:
            outcome = _change_and_protect(session, deployment, state, conversation, pace)
            outcome = _replace_tasks(session, deployment, outcome, conversation, pace)
            return replace(outcome, changes=(*removed, *outcome.changes))
        if step is NextStep.WAIT:
            outcome = _follow_running(session, deployment, state, conversation, pace)
            # A deletion started elsewhere ends without a stack: there is nothing to report.
            if outcome.cause is not None and not outcome.succeeded:
                return outcome
            continue
        removed = recover(session, deployment, state, conversation, pace)


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


def _replace_tasks(
    session: Session,
    deployment: Deployment,
    outcome: Outcome,
    conversation: Conversation,
    pace: Pace,
) -> Outcome:
    if not outcome.succeeded or outcome.state is None:
        return outcome
    where = f"{deployment.stack_name} in {deployment.region}"
    if not deployment.force_new_deployment:
        if outcome.up_to_date and has_service(deployment.template):
            conversation.tell(
                "running tasks keep the image and the secrets that they started with; "
                "--force-new-deployment replaces them"
            )
        return outcome
    if replaces_tasks(outcome.changes):
        conversation.tell(f"the update has replaced the tasks of {where} already")
        return outcome
    # A confirmed change set included this; without one, it needs its own confirmation.
    if outcome.up_to_date and not conversation.agree(f"Replace all tasks of {where}?"):
        raise RolloutError("not confirmed; nothing was changed")
    ended, cause = replace_tasks(
        session, deployment.region, outcome.state.stack_id, conversation, pace
    )
    return replace(outcome, service_deployments=ended, cause=cause)


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
        after = find_stack(client, deployment.stack_name)
        if deployment.role_arn and after is not None and after.role_arn != deployment.role_arn:
            # No change set was executed: CreateChangeSet, RoleARN.
            conversation.tell(
                "its service role stays "
                f"{after.role_arn or 'unset'}: --role-arn applies with the next change"
            )
        return Outcome(state=after, up_to_date=True)
    reader = execute(client, deployment, state, proposal, conversation)
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
