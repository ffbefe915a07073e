"""Reads what CloudFormation's validation and Hooks reject before anything is created.

Only DescribeEvents has the reasons; the status of a change set or stack just points there:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout.errors import is_expired

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import OperationEventTypeDef

# HookFailureMode, which DescribeEvents uses for both kinds of events.
_FAIL, _WARN = "FAIL", "WARN"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is rejected: the resource, where in the template or by which Hook, and why."""

    logical_id: str
    resource_type: str
    place: str
    reason: str

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.logical_id, self.place)))
        return f"{where}: {self.reason}" if where else self.reason


def points_to_events(reason: str) -> bool:
    """Return whether a reason only says that DescribeEvents has the reasons."""
    return "DescribeEvents" in reason


def change_set_problems(client: CloudFormationClient, change_set_id: str) -> tuple[Problem, ...]:
    """Return why a change set failed, given its ARN; empty if AWS has no details.

    DescribeEvents does not accept its name: github.com/aws-cloudformation/cloudformation-cli/1116.
    """
    pages = client.get_paginator("describe_events").paginate(
        ChangeSetName=change_set_id, Filters={"FailedEvents": True}
    )
    return _problems(event for page in pages for event in page["OperationEvents"])


def change_set_warnings(client: CloudFormationClient, change_set_id: str) -> tuple[Problem, ...]:
    """Return what validation and Hooks warn about in a change set that they accept.

    Empty if the credentials may not read it: warnings stop nothing.
    """
    pages = client.get_paginator("describe_events").paginate(ChangeSetName=change_set_id)
    try:
        # Without the filter for failures: the documentation does not say whether warnings are some.
        return _problems((event for page in pages for event in page["OperationEvents"]), mode=_WARN)
    except ClientError as error:
        if is_expired(error):
            raise
        return ()


def stack_problems(client: CloudFormationClient, stack_id: str) -> tuple[Problem, ...]:
    """Return what the validation of the stack's last failed operation rejected."""
    pages = client.get_paginator("describe_events").paginate(
        StackName=stack_id, Filters={"FailedEvents": True}
    )
    events = [event for page in pages for event in page["OperationEvents"]]
    times = {event.get("Timestamp", _NEVER): event.get("OperationId") for event in events}
    last = times[max(times)] if times else None
    return _problems(event for event in events if event.get("OperationId") == last)


def _problems(events: Iterable[OperationEventTypeDef], *, mode: str = _FAIL) -> tuple[Problem, ...]:
    found: dict[Problem, None] = {}
    for event in events:
        kind = event.get("EventType")
        if kind == "VALIDATION_ERROR":
            its_mode = event.get("ValidationFailureMode", _FAIL)
            place, reason = event.get("ValidationPath", ""), event.get("ValidationStatusReason", "")
        elif kind == "HOOK_INVOCATION_ERROR":
            its_mode = event.get("HookFailureMode", _FAIL)
            place, reason = event.get("HookType", ""), event.get("HookStatusReason", "")
        else:
            continue
        if its_mode != mode:
            continue
        problem = Problem(
            logical_id=event.get("LogicalResourceId", ""),
            resource_type=event.get("ResourceType", ""),
            place=place,
            reason=reason,
        )
        found[problem] = None
    return tuple(found)
