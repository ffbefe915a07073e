"""Reads the state of a stack set operation with at most 15 calls, for any number of instances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from payment_templates.rollout.stack_set.instances import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation import CloudFormationClient

# For 1,000 instances: one call for the operation, ten pages of results, and four for one child
# stack: its ID and three pages of events.
MOST_CALLS = 15
CHILD_PAGES = 3
# Up to this number, two child stacks are watched at a time: results take only two pages.
_FEW_INSTANCES = 200

# StackSetOperationStatus: the others are RUNNING of the module `running`.
ENDED = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})

_LONG_AGO = datetime(2006, 1, 1, tzinfo=UTC)

Location = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class InstanceResult:
    """The status of an operation in one account and region."""

    account: str
    region: str
    # PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED.
    status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """The current state of an operation."""

    status: str
    action: str
    created_at: datetime
    results: Mapping[Location, InstanceResult]
    # As the operation counts them: its results may not show all of them yet.
    failed: int = 0

    @property
    def ended(self) -> bool:
        """Return whether the operation has ended."""
        return self.status in ENDED

    @property
    def watched_children(self) -> int:
        """Return how many child stacks may be watched with the remaining calls."""
        return 2 if len(self.results) <= _FEW_INSTANCES else 1


def read_operation(client: CloudFormationClient, name: str, operation_id: str) -> Operation:
    """Read an operation and its results."""
    answer = client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    shown = answer["StackSetOperation"]
    pages = client.get_paginator("list_stack_set_operation_results").paginate(
        StackSetName=name, OperationId=operation_id, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    results = [
        InstanceResult(
            account=entry.get("Account", ""),
            region=entry.get("Region", ""),
            status=entry.get("Status", ""),
            reason=entry.get("StatusReason", ""),
        )
        for page in pages
        for entry in page["Summaries"]
    ]
    return Operation(
        status=shown.get("Status", ""),
        action=shown.get("Action", ""),
        created_at=shown.get("CreationTimestamp", _LONG_AGO),
        results={(result.account, result.region): result for result in results},
        failed=shown.get("StatusDetails", {}).get("FailedStackInstancesCount", 0),
    )
