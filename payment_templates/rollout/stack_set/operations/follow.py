"""Follows a stack set operation to its end, with the stacks of the caller's account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.cause.hints import hint_for
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.progress.forecast import Forecast
from payment_templates.rollout.stack.follow import StackFollower
from payment_templates.rollout.stack_set.operations.poll import (
    CHILD_PAGES,
    InstanceResult,
    Location,
    Operation,
    read_operation,
)
from payment_templates.rollout.stack_set.operations.result_lines import (
    FEW_RESULTS,
    alike,
    ended,
    result_lines,
)

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace

# How often the results are read again: ListStackSetOperationResults is eventually consistent, the
# status of the operation is not.
_LATE_READS = 5
_UNSETTLED = frozenset({"PENDING", "RUNNING"})
# Instances with other causes than these are only counted.
_SHOWN_CAUSES = 5


@dataclass(frozen=True, kw_only=True)
class OperationResult:
    """The result of an operation."""

    operation_id: str
    operation: Operation
    causes: tuple[Cause, ...]

    @property
    def succeeded(self) -> bool:
        """Return whether the operation succeeded."""
        return self.operation.status == "SUCCEEDED"


class OperationFollower:
    """Reports an operation's progress and the events of child stacks in the caller's account."""

    def __init__(
        self, session: Session, region: str, name: str, account: str, conversation: Conversation
    ) -> None:
        self._session = session
        self._client = clients.cloudformation(session, region)
        self._name = name
        self._account = account
        self._conversation = conversation
        self._results: dict[Location, InstanceResult] = {}
        self._children: dict[str, StackFollower] = {}
        self._inaccessible: set[str] = set()

    def follow(self, operation_id: str, pace: Pace) -> OperationResult:
        """Follow an operation until it has ended."""
        late_reads = 0
        while True:
            shown = read_operation(self._client, self._name, operation_id)
            changed = self._changed(shown)
            # A late list may omit a result that an earlier one showed.
            self._results |= shown.results
            operation = replace(shown, results={**self._results})
            # The events of a stack first, then its result.
            news = self._watch_children(operation, {location for location, _ in changed}) or bool(
                changed
            )
            self._report(operation, [result for _, result in changed])
            if operation.ended and (_is_settled(operation) or late_reads == _LATE_READS):
                return OperationResult(
                    operation_id=operation_id, operation=operation, causes=self._causes(operation)
                )
            late_reads += operation.ended
            pace.pause(news=news)

    def _changed(self, operation: Operation) -> list[tuple[Location, InstanceResult]]:
        return [
            (location, result)
            for location, result in operation.results.items()
            if self._status(location) != result.status
        ]

    def _status(self, location: Location) -> str:
        known = self._results.get(location)
        return known.status if known else "PENDING"

    def _report(self, operation: Operation, changed: list[InstanceResult]) -> None:
        for line in result_lines(operation, changed):
            self._conversation.tell(line)
        total = len(operation.results)
        if total > FEW_RESULTS and changed:
            progress = Forecast(done=ended(operation), total=total, seconds_left=0)
            self._conversation.show_forecast("stacks", progress)

    def _watch_children(self, operation: Operation, changed: set[Location]) -> bool:
        # Includes stacks that have just ended: their last events show why.
        regions = [
            result.region
            for location, result in operation.results.items()
            if result.account == self._account
            and (result.status == "RUNNING" or location in changed)
        ]
        news = False
        for region in regions[: operation.watched_children]:
            news = self._watch_child(region, operation) or news
        return news

    def _watch_child(self, region: str, operation: Operation) -> bool:
        if region in self._inaccessible:
            return False
        try:
            child = self._child(region, operation)
            return child is not None and child.poll()
        except ClientError as error:
            if is_expired(error):
                raise
            # The operation continues; its result is still reported.
            self._inaccessible.add(region)
            self._conversation.tell(f"{region}: the stack's events cannot be read: {error}")
            return False

    def _child(self, region: str, operation: Operation) -> StackFollower | None:
        if region in self._children:
            return self._children[region]
        try:
            shown = self._client.describe_stack_instance(
                StackSetName=self._name,
                StackInstanceAccount=self._account,
                StackInstanceRegion=region,
            )["StackInstance"]
        except self._client.exceptions.StackInstanceNotFoundException:
            return None
        if not shown.get("StackId"):
            return None
        reader = EventReader(
            clients.cloudformation(self._session, region),
            shown.get("StackId", ""),
            since=operation.created_at,
            most_pages=CHILD_PAGES,
        )
        self._children[region] = StackFollower(self._session, region, reader, self._conversation)
        return self._children[region]

    def _causes(self, operation: Operation) -> tuple[Cause, ...]:
        failed = [result for result in operation.results.values() if result.status == "FAILED"]
        causes = [self._cause(result) for result in failed]
        # The causes of child stacks were shown earlier.
        groups = alike(cause for cause, of_child in causes if not of_child)
        for cause, count in groups[:_SHOWN_CAUSES]:
            self._conversation.show_cause(cause)
            if count > 1:
                self._conversation.tell(f"  and {count - 1} more with the same reason")
        if more := sum(count for _, count in groups[_SHOWN_CAUSES:]):
            others = quantity(more, "more instance")
            self._conversation.tell(f"and {others} failed for other reasons")
        return tuple(cause for cause, _ in causes)

    def _cause(self, result: InstanceResult) -> tuple[Cause, bool]:
        child = self._children.get(result.region) if result.account == self._account else None
        if child is not None and child.cause is not None:
            return child.cause, True
        cause = Cause(
            region=result.region,
            logical_id=f"{self._name} in {result.account}",
            resource_type="AWS::CloudFormation::StackSet",
            reason=result.reason,
            hint=hint_for("AWS::CloudFormation::StackSet", result.reason),
        )
        return cause, False


def _is_settled(operation: Operation) -> bool:
    """Return whether the results are complete and final; at first, none may be shown."""
    statuses = [result.status for result in operation.results.values()]
    return (
        bool(statuses)
        and _UNSETTLED.isdisjoint(statuses)
        and statuses.count("FAILED") >= operation.failed
    )
