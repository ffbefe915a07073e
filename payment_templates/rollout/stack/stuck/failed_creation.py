"""Deletes a stack whose creation failed, with the buckets that only this creation has filled.

A load balancer writes a test file into the bucket of its access logs, and S3 deletes only an empty
bucket. So the rollback of such a creation fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.bucket_deletion import (
    BUCKET,
    delete_bucket,
    empty_undeleted_buckets,
)
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.existing_stacks import read_stack
from payment_templates.rollout.progress.events import all_events
from payment_templates.rollout.protection import find_protections
from payment_templates.rollout.stack.deletion import delete_stack, require_unchanged
from payment_templates.rollout.stack_states import StackState, find_stack
from payment_templates.rollout.templates import resources_of, template_of_stack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace

# A stack that only had these has never worked. Any other status is that of a completed creation or
# of an operation that needs one: User Guide, "Stack status codes".
_NEVER_COMPLETE = frozenset(
    {
        "REVIEW_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_FAILED",
        "ROLLBACK_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_FAILED",
    }
)
# RetainExceptOnCreate: "new, empty, and unused resources are deleted", but only by a rollback. The
# deletion of the stack retains them.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
_NOT_RETAINED = frozenset({"Delete", "RetainExceptOnCreate"})


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

    Deletes nothing if deletion protection would stop the deletion halfway. Also deletes the buckets
    that `unused_buckets` returns: the next creation needs their names.
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
    buckets = unused_buckets(client, state.stack_id)
    account, tell = stack.account, conversation.tell
    require_unchanged(session, region, state)

    def empty_buckets() -> None:
        empty_undeleted_buckets(
            session, region, state.stack_id, account=account, tell=tell, among=buckets
        )

    follower = delete_stack(
        session,
        region,
        state.stack_id,
        conversation,
        pace,
        role_arn=role_arn,
        empty_buckets=empty_buckets if buckets else None,
    )
    after = find_stack(client, state.stack_id)
    if after is not None and after.status != "DELETE_COMPLETE":
        reason = follower.cause.reason if follower.cause else after.reason
        raise RolloutError(f"{state.name} cannot be deleted: {reason}")
    if buckets:
        events = all_events(client, state.stack_id)
        retained = {event.physical_id for event in events if event.status == "DELETE_SKIPPED"}
        for name in sorted(retained & buckets.keys()):
            delete_bucket(session, region, name, account=account, tell=tell, since=buckets[name])


def unused_buckets(client: CloudFormationClient, stack_id: str) -> Mapping[str, datetime]:
    """Return the buckets that only the failed creation of a stack has used, with its start.

    Empty if the stack was ever complete, or if its events or its template no longer show how it was
    created. A bucket that existed before is not among them.
    """
    events = all_events(client, stack_id)
    of_stack = [event for event in events if event.of_stack]
    starts = [event.at for event in of_stack if event.status == "CREATE_IN_PROGRESS"]
    if not starts or {event.status for event in of_stack} - _NEVER_COMPLETE:
        return {}
    resources = resources_of(template_of_stack(client, stack_id))
    return {
        event.physical_id: starts[0]
        for event in events
        if event.resource_type == BUCKET
        and event.status == "CREATE_COMPLETE"
        and (declared := resources.get(event.logical_id)) is not None
        and declared.get("DeletionPolicy", "Delete") in _NOT_RETAINED
    }
