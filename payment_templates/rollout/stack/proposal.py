"""Creates a change set, shows it and asks for confirmation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.cause.validation import change_set_warnings
from payment_templates.rollout.consequences import require_allowance
from payment_templates.rollout.deletion_protection import (
    final_values,
    takes_two_steps,
    unprotected,
)
from payment_templates.rollout.errors import RolloutError, first_line
from payment_templates.rollout.identity import owner_id
from payment_templates.rollout.ownership import identifying_tags
from payment_templates.rollout.stack import change_set
from payment_templates.rollout.stack.notices import notices
from payment_templates.rollout.stack.open_change_sets import (
    others_of,
    remove_empty_stack,
    require_only,
)
from payment_templates.rollout.stack.password_change import judge_passwords
from payment_templates.rollout.stack.request import StackRequest
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
    if state is not None and state.status != "DELETE_COMPLETE":
        for name in change_set.discard_own(client, state.name, pace, owner=owner):
            conversation.tell(f"change set {name} was created by someone else and is not touched")
    proposal = _create(client, deployment, state, conversation, pace, owner=owner)
    if proposal is not None:
        judged = judge_passwords(proposal.changes, deployment.template)
        proposal = replace(proposal, changes=judged)
        _require_confirmation(client, deployment, proposal, state, conversation)
    return proposal


def execute(
    client: CloudFormationClient,
    deployment: Deployment,
    state: StackState | None,
    proposal: ChangeSet,
) -> None:
    """Execute a confirmed change set; withdraw it if someone else has made another one."""
    try:
        require_only(client, deployment.stack_name, proposal)
    except RolloutError:
        _withdraw(client, proposal, state)
        raise
    change_set.execute(client, proposal)


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
    proposal = _create(client, deployment, state, conversation, pace, owner=owner)
    if proposal is None:
        return ()
    try:
        others = others_of(client, deployment.stack_name, owner=owner)
        warnings = change_set_warnings(client, proposal.change_set_id)
    finally:
        _withdraw(client, proposal, state)
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


def _create(
    client: CloudFormationClient,
    deployment: Deployment,
    state: StackState | None,
    conversation: Conversation,
    pace: Pace,
    *,
    owner: str,
) -> ChangeSet | None:
    kind: ChangeSetTypeType = "CREATE" if next_step(state) is NextStep.CREATE else "UPDATE"
    request = _request(deployment, state, kind)
    try:
        return change_set.propose(client, request, kind, pace, owner=owner, tell=conversation.tell)
    except (ClientError, KeyboardInterrupt, RolloutError):
        _clean_up(client, deployment, state, conversation)
        raise


def _clean_up(
    client: CloudFormationClient,
    deployment: Deployment,
    state: StackState | None,
    conversation: Conversation,
) -> None:
    """Remove the empty stack after a failure, which stays the error of the run."""
    name = deployment.stack_name
    try:
        _remove_own_stack(client, name, state)
    except (BotoCoreError, ClientError, RolloutError) as error:
        conversation.tell(
            f"may be left behind: the empty stack {name} in {deployment.region} "
            f"({first_line(error)})"
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
    try:
        conversation.show_changes(deployment.region, proposal.changes)
        for warning in change_set_warnings(client, proposal.change_set_id):
            conversation.tell(f"CloudFormation warns: {warning}")
        require_only(client, deployment.stack_name, proposal)
        for notice in notices(proposal.changes, deployment, state):
            conversation.tell(notice)
        require_allowance(proposal.changes, deployment.allowed_replacements)
        agreed = deployment.agreed or conversation.agree(question)
    except (KeyboardInterrupt, RolloutError):
        _withdraw(client, proposal, state)
        raise
    if not agreed:
        _withdraw(client, proposal, state)
        raise RolloutError("not confirmed; nothing was changed")


def _withdraw(client: CloudFormationClient, proposal: ChangeSet, state: StackState | None) -> None:
    try:
        change_set.discard(client, proposal)
        _remove_own_stack(client, proposal.stack_id, state)
    except KeyboardInterrupt:
        # Without an end, the change set of a new stack leaves an empty stack behind.
        change_set.discard(client, proposal)
        _remove_own_stack(client, proposal.stack_id, state)
        raise


def _remove_own_stack(
    client: CloudFormationClient, name_or_id: str, before: StackState | None
) -> None:
    # The change set of a new stack has created an empty stack in REVIEW_IN_PROGRESS. One that was
    # there before is someone else's, or waits for the next run.
    if before is None or before.status == "DELETE_COMPLETE":
        remove_empty_stack(client, name_or_id)
