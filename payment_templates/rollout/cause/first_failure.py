"""Finds the first failure of an operation, its details and a hint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.cause.hints import hint_for
from payment_templates.rollout.cause.service import LOG, describe_service
from payment_templates.rollout.cause.validation import points_to_events, stack_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session

    from payment_templates.rollout.progress.events import Event

# The reason that CloudFormation gives for resources it cancelled because another one failed.
_CANCELLED = ("Resource creation cancelled", "Resource update cancelled", "creation Cancelled")
_SERVICE = "AWS::ECS::Service"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The first failure, its details and a hint."""

    region: str
    logical_id: str
    resource_type: str
    reason: str
    # From the ECS service: its events, the stopped task, the task's last log lines. From
    # CloudFormation's validation: the place in the template.
    details: tuple[str, ...] = ()
    hint: str = ""


def first_failure(events: Sequence[Event]) -> Event | None:
    """Return the earliest failure that is neither a cancellation nor the stack's own."""
    failures = [event for event in events if event.failed]
    for event in failures:
        if not event.of_stack and not is_cancelled(event):
            return event
    return failures[0] if failures else None


def is_cancelled(event: Event) -> bool:
    """Return whether a resource failed only because another one failed."""
    return event.failed and is_cancellation(event.reason)


def is_cancellation(reason: str) -> bool:
    """Return whether CloudFormation gave this reason because another resource failed."""
    return any(text in reason for text in _CANCELLED)


def find_cause(session: Session, region: str, failure: Event) -> Cause:
    """Explain a failure; reports details that cannot be read."""
    if failure.of_stack and points_to_events(failure.reason):
        return _find_invalid(session, region, failure)
    details: tuple[str, ...] = ()
    if failure.resource_type == _SERVICE:
        try:
            details = describe_service(session, region, failure)
        except (BotoCoreError, ClientError) as error:
            details = (f"the service could not be queried: {error}",)
    return Cause(
        region=region,
        logical_id=failure.logical_id,
        resource_type=failure.resource_type,
        reason=failure.reason,
        details=details,
        hint=_hint(failure, details),
    )


def _hint(failure: Event, details: Sequence[str]) -> str:
    log = [line for line in details if line.startswith(LOG)]
    said = [failure.reason, *(line for line in details if line not in log)]
    return hint_for(failure.resource_type, "\n".join(said), "\n".join(log))


def _find_invalid(session: Session, region: str, failure: Event) -> Cause:
    # CreateStack and UpdateStack validate too: the stack fails before its first resource.
    whole = Cause(
        region=region,
        logical_id=failure.logical_id,
        resource_type=failure.resource_type,
        reason=failure.reason,
    )
    try:
        problems = stack_problems(clients.cloudformation(session, region), failure.stack_id)
    except (BotoCoreError, ClientError) as error:
        return replace(whole, details=(f"the events could not be queried: {error}",))
    if not problems:
        return whole
    first, *others = problems
    return replace(
        whole,
        logical_id=first.logical_id,
        resource_type=first.resource_type,
        reason=first.reason,
        details=(first.place, *(f"{it.logical_id}: {it.reason} ({it.place})" for it in others)),
        hint=hint_for(first.resource_type, first.reason),
    )
