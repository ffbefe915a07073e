"""Reads what CloudFormation's validation and Hooks reject before anything is created.

Only DescribeEvents has the reasons; the status of a change set or stack just points there:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import OperationEventTypeDef

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is rejected: the resource, where in the template or by which Hook, and why."""

    logical_id: str
    resource_type: str
    place: str
    reason: str


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


def stack_problems(client: CloudFormationClient, stack_id: str) -> tuple[Problem, ...]:
    """Return what the validation of the stack's last failed operation rejected."""
    pages = client.get_paginator("describe_events").paginate(
        StackName=stack_id, Filters={"FailedEvents": True}
    )
    events = [event for page in pages for event in page["OperationEvents"]]
    times = {event.get("Timestamp", _NEVER): event.get("OperationId") for event in events}
    last = times[max(times)] if times else None
    return _problems(event for event in events if event.get("OperationId") == last)


def _problems(events: Iterable[OperationEventTypeDef]) -> tuple[Problem, ...]:
    found: dict[Problem, None] = {}
    for event in events:
        kind = event.get("EventType")
        if kind == "VALIDATION_ERROR" and event.get("ValidationFailureMode") != "WARN":
            place, reason = event.get("ValidationPath", ""), event.get("ValidationStatusReason", "")
        elif kind == "HOOK_INVOCATION_ERROR" and event.get("HookFailureMode") != "WARN":
            place, reason = event.get("HookType", ""), event.get("HookStatusReason", "")
        else:
            continue
        problem = Problem(
            logical_id=event.get("LogicalResourceId", ""),
            resource_type=event.get("ResourceType", ""),
            place=place,
            reason=reason,
        )
        found[problem] = None
    return tuple(found)
