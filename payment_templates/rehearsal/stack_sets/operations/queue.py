"""Queues the operations of a stack set: starts, delays, stops or rejects them."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Operation,
    OperationStatus,
    Result,
    ResultStatus,
    StackSet,
)
from payment_templates.rehearsal.stack_sets.operations.schedule import STOPPED, Job, run_job
from payment_templates.rehearsal.wire import ServiceError


class OperationQueue:
    """Runs operations one at a time; with managed execution, all that do not conflict."""

    def __init__(self, stack_set: StackSet, *, now: Callable[[], datetime]) -> None:
        self._stack_set = stack_set
        self._now = now
        self._waiting: list[Job] = []
        # Strong references: the event loop has only weak ones to its tasks.
        self._running: dict[str, asyncio.Task[None]] = {}

    @property
    def busy(self) -> bool:
        """Whether an operation is running or queued."""
        return any(not operation.status.ended for operation in self._stack_set.operations.values())

    def require_idle(self) -> None:
        """Raise ServiceError if an operation is running or queued."""
        if self.busy:
            raise ServiceError(
                "OperationInProgressException",
                f"Another Operation on StackSet {self._stack_set.arn} is in progress",
            )

    def require_startable(self, operation_id: str) -> None:
        """Raise ServiceError if another operation blocks a new one, or if its ID is in use."""
        if not self._stack_set.definition.managed_execution:
            self.require_idle()
        if operation_id in self._stack_set.operations:
            raise ServiceError(
                "OperationIdAlreadyExistsException",
                f"Operation with id {operation_id} already exists; use a new id",
            )

    def submit(self, job: Job) -> None:
        """Queue an operation, and start it at once if it conflicts with no other."""
        self._stack_set.operations[job.operation.operation_id] = job.operation
        self._waiting.append(job)
        self._start_next()

    def stop(self, operation: Operation) -> None:
        """Stop an operation: targets in progress finish, the others are cancelled."""
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
        """Cancel all operations, when the embedded AWS is reset."""
        self._waiting.clear()
        for task in self._running.values():
            task.cancel()

    def _start_next(self) -> None:
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
        job.start()
        self._running[job.operation.operation_id] = asyncio.create_task(self._run(job))

    async def _run(self, job: Job) -> None:
        status = await run_job(job)
        del self._running[job.operation.operation_id]
        self._close(job.operation, status)
        self._start_next()

    def _close(self, operation: Operation, status: OperationStatus) -> None:
        operation.status = status
        operation.ended_at = self._now()


def _conflict(one: Operation, other: Operation) -> bool:
    return one.exclusive or other.exclusive or not one.results.keys().isdisjoint(other.results)
