"""The remedies of a stuck state, and the deletion of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from payment_templates.rollout import clients
from payment_templates.rollout.deletion_plan import look_at
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.protection import find_protections
from payment_templates.rollout.stack.follow import StackFollower, follow
from payment_templates.rollout.stack.states import StackState, find_stack

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
    """Delete a stack that never came up; raises RolloutError when something stays.

    Where AWS would refuse halfway, nothing is deleted.
    """
    standing = look_at(session, region, state.stack_id, made_by="deploy")
    if protections := tuple(find_protections(session, standing)):
        raise RolloutError(
            f"{protections[0].what} in {region}; nothing was deleted. To delete it, give "
            + " && ".join(protection.remediation for protection in protections)
            + ", then deploy --recreate again",
            ExitCode.REFUSED,
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
    """Let running operations end, then delete the stack and follow its deletion.

    A stack that stays has its cause in the follower; raises RolloutError where it tells of none.
    """
    follower = _delete_once(session, region, stack_id, conversation, pace)
    client = clients.cloudformation(session, region)
    if follower.cause is not None and _only_addresses_failed(client, stack_id):
        # EC2 releases them seconds after their NAT gateways: terraform-provider-aws 49299.
        conversation.tell("only elastic IP addresses could not be released yet: once more")
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
        # Else a deletion is running already, and its events are told from its beginning.
        reader.skip()
        client.delete_stack(StackName=stack_id, ClientRequestToken=f"payment-rollout-{uuid4()}")
    follower = StackFollower(session, region, reader, conversation)
    after = follow(session, region, stack_id, follower, pace)
    while after.status not in _DELETION_ENDS:
        # The state was read before the deletion had reached it.
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
    """Roll a failed update back; no resource is skipped. Raises RolloutError when it fails."""
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
        # When the answer was lost, the next attempt finds the rollback running, or done.
        now = find_stack(client, state.stack_id)
        if now is None or now.status == state.status:
            raise
    follower = StackFollower(session, region, reader, conversation)
    after = follow(session, region, state.stack_id, follower, pace)
    if after.status != "UPDATE_ROLLBACK_COMPLETE":
        reason = follower.cause.reason if follower.cause else after.reason
        raise RolloutError(f"the rollback of {state.name} ended as {after.status}: {reason}")


def remove_empty_stack(client: CloudFormationClient, name_or_id: str) -> None:
    """Take away the empty stack on which the change set of a new stack stands."""
    state = find_stack(client, name_or_id)
    if state is not None and state.status == "REVIEW_IN_PROGRESS":
        client.delete_stack(StackName=state.stack_id)
