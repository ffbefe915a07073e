"""Recovers a stuck stack: deletes it or continues its rollback."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from payment_templates.rollout import clients
from payment_templates.rollout.errors import SAME_COMMAND, ExitCode, RolloutError
from payment_templates.rollout.existing_stacks import read_stack
from payment_templates.rollout.ownership import NOTHING_DELETED
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.protection import find_protections
from payment_templates.rollout.stack.follow import StackFollower, StackGoneError, follow
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
    require_unchanged(session, region, state)
    follower = delete_stack(session, region, state.stack_id, conversation, pace)
    after = find_stack(clients.cloudformation(session, region), state.stack_id)
    if after is not None and after.status != "DELETE_COMPLETE":
        reason = follower.cause.reason if follower.cause else after.reason
        raise RolloutError(f"{state.name} cannot be deleted: {reason}")


def require_unchanged(session: Session, region: str, shown: StackState) -> None:
    """Raise RolloutError if someone else has started an operation on a stack since it was shown."""
    now = find_stack(clients.cloudformation(session, region), shown.stack_id)
    if now is not None and now.status not in {shown.status, _DELETING, "DELETE_COMPLETE"}:
        raise RolloutError(
            f"{shown.name} in {region} is {now.status} now, because of someone else; "
            f"{NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint=SAME_COMMAND,
        )


def delete_stack(
    session: Session,
    region: str,
    stack_id: str,
    conversation: Conversation,
    pace: Pace,
) -> StackFollower:
    """Wait for a running operation, then delete the stack and follow the deletion.

    By its ID, so that a later stack of the same name stays. The returned follower has the cause of
    a failure; raises RolloutError if none is found.
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
    follower = StackFollower(session, region, reader, conversation)
    # If someone else has deleted it, nothing is left to do.
    with suppress(StackGoneError):
        state = _wait_until_settled(session, region, stack_id, conversation, pace)
        if state is not None and state.status != "DELETE_COMPLETE":
            _start_deletion(client, state, reader)
            _follow_deletion(session, region, stack_id, follower, pace)
    return follower


def _wait_until_settled(
    session: Session, region: str, stack_id: str, conversation: Conversation, pace: Pace
) -> StackState | None:
    client = clients.cloudformation(session, region)
    state = find_stack(client, stack_id)
    if state is None or state.settled or state.status == _DELETING:
        return state
    conversation.tell(f"{state.name} in {region} is {state.status}: following the operation")
    earlier = StackFollower(session, region, EventReader(client, stack_id), conversation)
    return follow(session, region, stack_id, earlier, pace)


def _start_deletion(client: CloudFormationClient, state: StackState, reader: EventReader) -> None:
    # A deletion that is already running is shown from its start.
    if state.status != _DELETING:
        reader.skip()
        token = f"payment-rollout-{uuid4()}"
        client.delete_stack(StackName=state.stack_id, ClientRequestToken=token)


def _follow_deletion(
    session: Session, region: str, stack_id: str, follower: StackFollower, pace: Pace
) -> None:
    after = follow(session, region, stack_id, follower, pace)
    while after.status not in _DELETION_ENDS:
        # The state was read before the deletion started.
        pace.pause(news=False)
        after = follow(session, region, stack_id, follower, pace)
    if after.status != "DELETE_COMPLETE" and follower.cause is None:
        raise RolloutError(f"{after.name} in {region} ended as {after.status}: {after.reason}")


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
