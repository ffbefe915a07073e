"""Recovers a stuck stack: deletes it or continues its rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.existing_stacks import read_stack
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.protection import find_protections
from payment_templates.rollout.stack.follow import StackFollower, follow
from payment_templates.rollout.stack_states import StackState, find_stack

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace


ADDRESS = "AWS::EC2::EIP"
_DELETING = "DELETE_IN_PROGRESS"
_DELETION_ENDS = frozenset({"DELETE_COMPLETE", "DELETE_FAILED"})


def delete_failed(
    session: Session,
    region: str,
    state: StackState,
    conversation: Conversation,
    pace: Pace,
) -> None:
    """Delete a stack whose creation failed; raises RolloutError if that fails.

    Deletes nothing if deletion protection would stop the deletion halfway.
    """
    stack = read_stack(session, region, state.stack_id, made_by="deploy")
    if protections := tuple(find_protections(session, stack)):
        raise RolloutError(
            f"{protections[0].what} in {region}; nothing was deleted",
            ExitCode.REFUSED,
            hint="to delete it, run "
            + " && ".join(protection.remediation for protection in protections)
            + ", then deploy --recreate again",
        )
    follower = delete_stack(session, region, state.stack_id, conversation, pace)
    after = find_stack(clients.cloudformation(session, region), state.stack_id)
    if after is not None and after.status != "DELETE_COMPLETE":
        reason = follower.cause.reason if follower.cause else after.reason
        raise RolloutError(f"{state.name} cannot be deleted: {reason}")


def delete_stack(
    session: Session,
    region: str,
    stack_id: str,
    conversation: Conversation,
    pace: Pace,
) -> StackFollower:
    """Wait for a running operation, then delete the stack and follow the deletion.

    The returned follower has the cause of a failure; raises RolloutError if none is found.
    """
    follower = _delete_once(session, region, stack_id, conversation, pace)
    client = clients.cloudformation(session, region)
    if follower.cause is not None and _only_addresses_failed(client, stack_id):
        # EC2 releases them seconds after their NAT gateways: terraform-provider-aws 49299.
        conversation.tell(
            "EC2 has not released the elastic IP addresses yet: retrying the deletion"
        )
        pace.pause(news=False)
        follower = _delete_once(session, region, stack_id, conversation, pace)
    return follower


def _only_addresses_failed(client: CloudFormationClient, stack_id: str) -> bool:
    failed = {
        shown["ResourceType"]
        for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id)
        for shown in page["StackResourceSummaries"]
        if shown["ResourceStatus"] == "DELETE_FAILED"
    }
    return failed == {ADDRESS}


def _delete_once(
    session: Session,
    region: str,
    stack_id: str,
    conversation: Conversation,
    pace: Pace,
) -> StackFollower:
    client = clients.cloudformation(session, region)
    reader = EventReader(client, stack_id)
    state = find_stack(client, stack_id)
    if state is not None and not state.settled and state.status != _DELETING:
        conversation.tell(f"{state.name} in {region} is {state.status}: following the operation")
        earlier = StackFollower(session, region, reader, conversation)
        state = follow(session, region, stack_id, earlier, pace)
    if state is None or state.status != _DELETING:
        # A deletion that is already running is shown from its start.
        reader.skip()
        client.delete_stack(StackName=stack_id, ClientRequestToken=f"payment-rollout-{uuid4()}")
    follower = StackFollower(session, region, reader, conversation)
    after = follow(session, region, stack_id, follower, pace)
    while after.status not in _DELETION_ENDS:
        # The state was read before the deletion started.
        pace.pause(news=False)
        after = follow(session, region, stack_id, follower, pace)
    if after.status != "DELETE_COMPLETE" and follower.cause is None:
        raise RolloutError(f"{after.name} in {region} ended as {after.status}: {after.reason}")
    return follower


def continue_rollback(
    session: Session,
    region: str,
    state: StackState,
    conversation: Conversation,
    pace: Pace,
) -> None:
    """Roll back a failed update without skipping resources; raises RolloutError if that fails."""
    client = clients.cloudformation(session, region)
    reader = EventReader(client, state.stack_id)
    reader.skip()
    token = f"payment-rollout-{uuid4()}"
    try:
        if state.status == "UPDATE_FAILED":
            client.rollback_stack(StackName=state.stack_id, ClientRequestToken=token)
        else:
            client.continue_update_rollback(StackName=state.stack_id, ClientRequestToken=token)
    except client.exceptions.ClientError:
        # If the response was lost, the retry finds the rollback running or done.
        now = find_stack(client, state.stack_id)
        if now is None or now.status == state.status:
            raise
    follower = StackFollower(session, region, reader, conversation)
    after = follow(session, region, state.stack_id, follower, pace)
    if after.status != "UPDATE_ROLLBACK_COMPLETE":
        reason = follower.cause.reason if follower.cause else after.reason
        raise RolloutError(f"the rollback of {state.name} ended as {after.status}: {reason}")


def remove_empty_stack(client: CloudFormationClient, name_or_id: str) -> None:
    """Delete the empty stack that the change set of a new stack created."""
    state = find_stack(client, name_or_id)
    if state is not None and state.status == "REVIEW_IN_PROGRESS":
        client.delete_stack(StackName=state.stack_id)
