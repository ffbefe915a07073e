"""The operations of one set: which may start, which waits, which is refused."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from payment_templates.rehearsal.stack_sets.model import (
    Operation,
    OperationStatus,
    Result,
    ResultStatus,
    StackSet,
)
from payment_templates.rehearsal.stack_sets.schedule import STOPPED, Job, work_through
from payment_templates.rehearsal.wire import ServiceError


class OperationQueue:
    """The operations of one set: one at a time, or with managed execution as many as fit."""

    def __init__(self, stack_set: StackSet, *, now: Callable[[], datetime]) -> None:
        self._stack_set = stack_set
        self._now = now
        self._waiting: list[Job] = []
        # The loop itself keeps only weak references to its tasks.
        self._running: dict[str, asyncio.Task[None]] = {}

    @property
    def busy(self) -> bool:
        """Whether an operation runs or waits."""
        return any(not done.status.ended for done in self._stack_set.operations.values())

    def require_idle(self) -> None:
        """Refuse what cannot go beside another operation."""
        if self.busy:
            raise ServiceError(
                "OperationInProgressException",
                f"Another Operation on StackSet {self._stack_set.arn} is in progress",
            )

    def require_room(self, operation_id: str) -> None:
        """Refuse a second operation, and a second use of an operation's ID."""
        if not self._stack_set.definition.managed_execution:
            self.require_idle()
        if operation_id in self._stack_set.operations:
            raise ServiceError(
                "OperationIdAlreadyExistsException",
                f"Operation with id {operation_id} already exists; use an id that was never used",
            )

    def submit(self, job: Job) -> None:
        """Take an operation, and start it at once if nothing is in its way."""
        self._stack_set.operations[job.operation.operation_id] = job.operation
        self._waiting.append(job)
        self._start_what_may_start()

    def stop(self, operation: Operation) -> None:
        """Start nothing more in an operation; running operations comes to its end."""
        if operation.status.ended:
            raise ServiceError(
                "InvalidOperationException",
                f"Operation {operation.operation_id} is {operation.status}; "
                "only an operation in progress can be stopped",
            )
        queued = [job for job in self._waiting if job.operation is operation]
        operation.status = OperationStatus.STOPPING
        for job in queued:
            self._waiting.remove(job)
            for target in operation.results:
                operation.results[target] = Result(status=ResultStatus.CANCELLED, reason=STOPPED)
            self._close(operation, OperationStatus.STOPPED)

    def cancel(self) -> None:
        """Drop everything, when the whole AWS is reset."""
        self._waiting.clear()
        for task in self._running.values():
            task.cancel()

    def _start_what_may_start(self) -> None:
        ahead = [
            operation
            for operation in self._stack_set.operations.values()
            if operation.operation_id in self._running
        ]
        for job in tuple(self._waiting):
            if not any(_conflict(job.operation, other) for other in ahead):
                self._waiting.remove(job)
                self._start(job)
            ahead.append(job.operation)

    def _start(self, job: Job) -> None:
        job.operation.status = OperationStatus.RUNNING
        job.begin()
        self._running[job.operation.operation_id] = asyncio.create_task(self._run(job))

    async def _run(self, job: Job) -> None:
        status = await work_through(job)
        del self._running[job.operation.operation_id]
        self._close(job.operation, status)
        self._start_what_may_start()

    def _close(self, operation: Operation, status: OperationStatus) -> None:
        operation.status = status
        operation.ended_at = self._now()


def _conflict(one: Operation, other: Operation) -> bool:
    return one.exclusive or other.exclusive or not one.results.keys().isdisjoint(other.results)
