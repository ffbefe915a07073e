"""Continues the failed rollback of an update; skips resources on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from payment_templates.rollout import clients
from payment_templates.rollout.cause import is_cancellation
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.stack.follow import StackFollower, follow
from payment_templates.rollout.stack.request import written_role
from payment_templates.rollout.stack_states import find_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack_states import StackState

_ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
# ContinueUpdateRollback, ResourcesToSkip.
_MEANING = (
    "a skipped resource stays as it is, and CloudFormation marks it UPDATE_COMPLETE: it may differ "
    "from the template, and later updates may fail until the two match"
)


@dataclass(frozen=True, kw_only=True)
class FailedResource:
    """A resource whose rollback failed."""

    logical_id: str
    resource_type: str
    reason: str


def find_failed_resources(
    client: CloudFormationClient, state: StackState
) -> tuple[FailedResource, ...]:
    """Return the resources that a continued rollback can skip; none in any other state."""
    if state.status != _ROLLBACK_FAILED:
        return ()
    pages = client.get_paginator("list_stack_resources").paginate(StackName=state.stack_id)
    return tuple(
        FailedResource(
            logical_id=shown["LogicalResourceId"],
            resource_type=shown["ResourceType"],
            reason=shown.get("ResourceStatusReason", ""),
        )
        for page in pages
        for shown in page["StackResourceSummaries"]
        # ResourcesToSkip: not "because an update was canceled".
        if shown["ResourceStatus"] == "UPDATE_FAILED"
        and not is_cancellation(shown.get("ResourceStatusReason", ""))
    )


def show_failed_resources(failed: Sequence[FailedResource], conversation: Conversation) -> None:
    """Show the resources whose rollback failed, and what skipping them means."""
    for one in failed:
        kind = one.resource_type.removeprefix("AWS::")
        conversation.tell(f"its rollback failed: {one.logical_id} ({kind}): {one.reason}")
    if failed:
        conversation.tell(f"these resources can be skipped with --skip-resource: {_MEANING}")


def require_skippable(
    client: CloudFormationClient, state: StackState | None, skipped: Sequence[str]
) -> None:
    """Raise RolloutError for a resource that a continued rollback cannot skip."""
    if not skipped:
        return
    if state is None or state.status != _ROLLBACK_FAILED:
        status = state.status if state else "not there"
        raise wrong_use(
            f"--skip-resource: there is no failed rollback to continue: the stack is {status}",
            "leave --skip-resource out",
        )
    names = [one.logical_id for one in find_failed_resources(client, state)]
    for name in skipped:
        # NestedStackName.LogicalId: the list of the parent does not contain it.
        if name not in names and "." not in name:
            raise wrong_use(
                f"--skip-resource: the rollback of {name!r} did not fail",
                f"use {' or '.join(names)}" if names else "leave --skip-resource out",
            )


def skip_hint(failed: Sequence[FailedResource]) -> str:
    """Return how to skip these resources; empty if there are none."""
    options = " ".join(f"--skip-resource {one.logical_id}" for one in failed)
    return f"if their cause cannot be removed, add {options}" if options else ""


def continue_rollback(
    session: Session,
    region: str,
    state: StackState,
    conversation: Conversation,
    pace: Pace,
    *,
    role_arn: str = "",
    skipped: Sequence[str] = (),
) -> None:
    """Roll back a failed update; raises RolloutError if that fails, or if it skipped resources."""
    client = clients.cloudformation(session, region)
    reader = EventReader(client, state.stack_id)
    reader.skip()
    _start(client, state, role_arn, skipped)
    follower = StackFollower(session, region, reader, conversation)
    after = follow(session, region, state.stack_id, follower, pace)
    if after.status != "UPDATE_ROLLBACK_COMPLETE":
        reason = follower.cause.reason if follower.cause else after.reason
        raise RolloutError(
            f"the rollback of {state.name} ended as {after.status}: {reason}",
            hint=skip_hint(find_failed_resources(client, after)),
        )
    if skipped:
        # ContinueUpdateRollback: "Before performing another stack update, you must update the stack
        # or resources to be consistent with each other."
        raise RolloutError(
            f"the rollback of {state.name} is complete without {', '.join(skipped)}; "
            "nothing was deployed",
            hint="compare them with the template (drift), make them match, then deploy again "
            "without --skip-resource",
        )


def _start(
    client: CloudFormationClient, state: StackState, role_arn: str, skipped: Sequence[str]
) -> None:
    request: dict[str, Any] = {
        "StackName": state.stack_id,
        "ClientRequestToken": f"payment-rollout-{uuid4()}",
        **written_role(role_arn),
    }
    try:
        if state.status == "UPDATE_FAILED":
            client.rollback_stack(**request)
        else:
            if skipped:
                request["ResourcesToSkip"] = [*skipped]
            client.continue_update_rollback(**request)
    except client.exceptions.ClientError:
        # If the response was lost, the retry finds the rollback running or done.
        now = find_stack(client, state.stack_id)
        if now is None or now.status == state.status:
            raise
