"""Shows what the deletion of a stuck stack removes, before it asks for confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.changes import Change, Replacement
from payment_templates.rollout.consequences import require_allowance
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.existing_stacks import list_members
from payment_templates.rollout.ownership import NOTHING_DELETED
from payment_templates.rollout.stack.stuck.left_buckets import find_left_buckets, require_deletable
from payment_templates.rollout.templates import resources_of, template_of_stack

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.stack.deployment import Deployment
    from payment_templates.rollout.stack_states import StackState


def show_removals(
    session: Session, deployment: Deployment, state: StackState, conversation: Conversation
) -> tuple[Change, ...]:
    """Show what the recreation of a stack deletes; raises RolloutError for data not named."""
    removals = list_removals(session, deployment.region, state)
    if removals:
        conversation.tell(f"{state.name} is {state.status}: creating it again deletes these first")
        conversation.show_changes(deployment.region, removals)
    also = "" if deployment.may_recreate else "--recreate"
    require_allowance(removals, deployment.allowed_replacements, also=also)
    return removals


def list_removals(session: Session, region: str, state: StackState) -> tuple[Change, ...]:
    """Return every resource that the deletion of a stack removes.

    Raises RolloutError if that is unknown, or for a bucket that the stack's creation did not make.
    As changes of a change set, so that data loss needs the same --allow-replacement.
    """
    members = list_members(session, region, state.stack_id)
    if members is None:
        raise RolloutError(
            f"the resources of {state.name} cannot be listed; {NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint="allow cloudformation:ListStackResources",
        )
    client = clients.cloudformation(session, region)
    declared = resources_of(template_of_stack(client, state.stack_id))
    buckets = find_left_buckets(client, region, state.stack_id)
    for bucket in buckets:
        require_deletable(session, bucket)
    left = {bucket.name for bucket in buckets}
    return tuple(
        Change(
            action="Remove",
            logical_id=member.logical_id,
            resource_type=member.resource_type,
            physical_id=member.physical_id,
            replacement=Replacement.NEVER,
            # `delete_failed` deletes these in any case.
            policy="Delete"
            if member.physical_id in left
            else str(declared.get(member.logical_id, {}).get("DeletionPolicy", "")),
            properties=(),
        )
        for member in members
        # Without a physical ID, the resource was never created.
        if member.physical_id
    )
