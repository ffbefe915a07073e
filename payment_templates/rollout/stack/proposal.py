"""Creates a change set, shows it and asks for confirmation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.cause.validation import change_set_warnings
from payment_templates.rollout.consequences import require_allowance
from payment_templates.rollout.deletion_protection import (
    final_values,
    takes_two_steps,
    unprotected,
)
from payment_templates.rollout.errors import RolloutError, is_refusal
from payment_templates.rollout.identity import owner_id
from payment_templates.rollout.ownership import identifying_tags
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.stack import change_set
from payment_templates.rollout.stack.change_set_deletion import discard_own
from payment_templates.rollout.stack.notices import notices
from payment_templates.rollout.stack.open_change_sets import others_of, require_only
from payment_templates.rollout.stack.password_change import judge_passwords
from payment_templates.rollout.stack.request import StackRequest
from payment_templates.rollout.stack.withdrawal import Withdrawal
from payment_templates.rollout.stack_states import NextStep, StackState, next_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import ChangeSetTypeType

    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack.change_set import ChangeSet
    from payment_templates.rollout.stack.deployment import Deployment


def propose(
    session: Session,
    deployment: Deployment,
    state: StackState | None,
    conversation: Conversation,
    pace: Pace,
) -> ChangeSet | None:
    """Return a confirmed change set; None if there is nothing to change.

    Raises RolloutError if CloudFormation or the operator refuses; the change set is then deleted.
    """
    client = clients.cloudformation(session, deployment.region)
    owner = owner_id(session, deployment.region)
    withdrawal = _withdrawal(client, deployment, state, conversation)
    if state is not None and state.status != "DELETE_COMPLETE":
        for name in discard_own(client, state.name, pace, owner=owner):
            conversation.tell(f"change set {name} was created by someone else and is not touched")
    proposal = _create(withdrawal, deployment, state, pace, owner=owner)
    if proposal is None:
        return None
    with withdrawal.on_failure(proposal):
        judged = judge_passwords(proposal.changes, deployment.template)
        proposal = replace(proposal, changes=judged)
        _require_confirmation(client, deployment, proposal, state, conversation)
    return proposal


def execute(
    client: CloudFormationClient,
    deployment: Deployment,
    state: StackState | None,
    proposal: ChangeSet,
    conversation: Conversation,
) -> EventReader:
    """Execute a confirmed change set; returns the reader of the events that follow.

    Withdraws it if someone else has made another one, and whenever else it is not executed.
    """
    reader = EventReader(client, proposal.stack_id)
    withdrawal = _withdrawal(client, deployment, state, conversation)
    with withdrawal.on_failure(proposal):
        require_only(client, deployment.stack_name, proposal)
        reader.skip()
    try:
        change_set.execute(client, proposal)
    except BaseException as error:
        if _may_run(error):
            withdrawal.warn_of(proposal, error)
            raise
        with withdrawal.on_failure(proposal):
            raise
    return reader


def preview(
    session: Session,
    deployment: Deployment,
    state: StackState | None,
    conversation: Conversation,
    pace: Pace,
) -> tuple[Change, ...]:
    """Show what a deployment would change, and delete the change set that showed it.

    Raises RolloutError if CloudFormation refuses, or if data loss is not allowed by name.
    """
    client = clients.cloudformation(session, deployment.region)
    owner = owner_id(session, deployment.region)
    withdrawal = _withdrawal(client, deployment, state, conversation)
    proposal = _create(withdrawal, deployment, state, pace, owner=owner)
    if proposal is None:
        return ()
    with withdrawal.on_failure(proposal):
        others = others_of(client, deployment.stack_name, owner=owner)
        warnings = change_set_warnings(client, proposal.change_set_id)
    withdrawal.withdraw(proposal)
    for name in others:
        conversation.tell(
            f"change set {name} was created by someone else: deploy refuses while it is open"
        )
    changes = judge_passwords(proposal.changes, deployment.template)
    conversation.show_changes(deployment.region, changes)
    for warning in warnings:
        conversation.tell(f"CloudFormation warns: {warning}")
    for notice in notices(changes, deployment, state):
        conversation.tell(notice)
    require_allowance(changes, deployment.allowed_replacements)
    return changes


def _may_run(error: BaseException) -> bool:
    """Return whether CloudFormation may execute the change set in spite of the error."""
    if isinstance(error, ClientError):
        # Another call, which asks what became of the execution, may be refused instead.
        return error.operation_name != "ExecuteChangeSet" or not is_refusal(error)
    return not isinstance(error, RolloutError)


def _request(
    deployment: Deployment, state: StackState | None, kind: ChangeSetTypeType
) -> StackRequest:
    former = state.parameters if state and kind == "UPDATE" else ()
    template, values = deployment.template, deployment.values
    first = kind == "CREATE" and takes_two_steps(template, values)
    sent = unprotected(values) if first else final_values(template, values)
    return StackRequest(
        stack_name=deployment.stack_name,
        body=deployment.body,
        parameters=tuple(sent.request(template, former)),
        tags=_tags(deployment, state, kind),
        role_arn=deployment.role_arn,
    )


def _tags(
    deployment: Deployment, state: StackState | None, kind: ChangeSetTypeType
) -> Mapping[str, str]:
    if kind == "CREATE":
        identifying = identifying_tags(deployment.template.document, deployment.suffix)
        return {**deployment.tags, **identifying}
    # Given tags are added to the existing ones.
    if state is None or not deployment.tags:
        return deployment.tags
    return {**state.own_tags, **deployment.tags}


def _withdrawal(
    client: CloudFormationClient,
    deployment: Deployment,
    state: StackState | None,
    conversation: Conversation,
) -> Withdrawal:
    return Withdrawal(
        client=client,
        region=deployment.region,
        stack_name=deployment.stack_name,
        before=state,
        warn=conversation.warn,
    )


def _create(
    withdrawal: Withdrawal,
    deployment: Deployment,
    state: StackState | None,
    pace: Pace,
    *,
    owner: str,
) -> ChangeSet | None:
    kind: ChangeSetTypeType = "CREATE" if next_step(state) is NextStep.CREATE else "UPDATE"
    request = _request(deployment, state, kind)
    return change_set.propose(
        withdrawal.client,
        request,
        kind,
        pace,
        owner=owner,
        warn=withdrawal.warn,
        remove_stack=withdrawal.remove_stack,
    )


def _require_confirmation(
    client: CloudFormationClient,
    deployment: Deployment,
    proposal: ChangeSet,
    state: StackState | None,
    conversation: Conversation,
) -> None:
    kind: ChangeSetTypeType = "CREATE" if next_step(state) is NextStep.CREATE else "UPDATE"
    question = f"{kind.capitalize()} {deployment.stack_name} in {deployment.region}?"
    conversation.show_changes(deployment.region, proposal.changes)
    for warning in change_set_warnings(client, proposal.change_set_id):
        conversation.tell(f"CloudFormation warns: {warning}")
    require_only(client, deployment.stack_name, proposal)
    for notice in notices(proposal.changes, deployment, state):
        conversation.tell(notice)
    require_allowance(proposal.changes, deployment.allowed_replacements)
    if not deployment.agreed and not conversation.agree(question):
        raise RolloutError("not confirmed; nothing was changed")
