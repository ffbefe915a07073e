"""Deletes a stack whose creation failed, with the buckets that its rollback could not delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.existing_stacks import read_stack
from payment_templates.rollout.protection import find_protections
from payment_templates.rollout.stack.deletion import delete_stack, require_unchanged
from payment_templates.rollout.stack.stuck.left_buckets import (
    delete_left_bucket,
    find_left_buckets,
    require_deletable,
)
from payment_templates.rollout.stack_states import StackState, find_stack

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace


def delete_failed(
    session: Session,
    region: str,
    state: StackState,
    conversation: Conversation,
    pace: Pace,
    *,
    role_arn: str = "",
) -> None:
    """Delete a stack whose creation failed; raises RolloutError if that fails.

    Deletes nothing if deletion protection would stop the deletion halfway. First deletes the
    buckets that `find_left_buckets` returns: the next creation needs their names. The stack stays
    if that fails, so that the same command continues.
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
    client = clients.cloudformation(session, region)
    require_unchanged(session, region, state)
    buckets = find_left_buckets(client, region, state.stack_id)
    for bucket in buckets:
        require_deletable(session, bucket)
    for bucket in buckets:
        delete_left_bucket(session, bucket, tell=conversation.tell)
    follower = delete_stack(session, region, state.stack_id, conversation, pace, role_arn=role_arn)
    after = find_stack(client, state.stack_id)
    if after is not None and after.status != "DELETE_COMPLETE":
        reason = follower.cause.reason if follower.cause else after.reason
        raise RolloutError(f"{state.name} cannot be deleted: {reason}")
