"""The course of an operation: region by region, so many accounts at once, until too many fail."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from payment_templates.rehearsal.stack_sets.model import (
    Operation,
    OperationStatus,
    Result,
    ResultStatus,
    Target,
)

# As AWS words it: AWS CLI reference, list-stack-set-operation-results, example.
TOLERANCE_EXCEEDED = "Cancelled since failure tolerance has exceeded"
STOPPED = "Cancelled since the operation was stopped"


@dataclass(frozen=True, kw_only=True)
class Job:
    """An operation and what it does: before the first target, and with each."""

    operation: Operation
    begin: Callable[[], None]
    work: Callable[[Target], Awaitable[Result]]
    record: Callable[[Target, Result], None]


async def work_through(job: Job) -> OperationStatus:
    """Work through the operation's regions, and say how it ended.

    A region in which more accounts failed than are tolerated ends the operation: the regions
    after it are not attempted (API StackSetOperationPreferences, FailureToleranceCount).
    """
    operation = job.operation
    regions = operation.preferences.ordered([target.region for target in operation.results])
    targets = {region: [t for t in operation.results if t.region == region] for region in regions}
    passed: list[bool] = []
    if operation.preferences.parallel:
        passed += await asyncio.gather(*(_work_in(targets[region], job) for region in regions))
    else:
        for region in regions:
            if all(passed):
                passed.append(await _work_in(targets[region], job))
            else:
                _cancel(targets[region], job)
    if operation.status == OperationStatus.STOPPING:
        return OperationStatus.STOPPED
    return OperationStatus.SUCCEEDED if all(passed) else OperationStatus.FAILED


async def _work_in(targets: Sequence[Target], job: Job) -> bool:
    preferences = job.operation.preferences
    tolerance = preferences.tolerance(len(targets))
    waiting = list(targets)
    running: set[asyncio.Task[bool]] = set()
    failures = 0
    while True:
        limit = preferences.concurrency(len(targets), failures=failures)
        while waiting and len(running) < limit and failures <= tolerance and not _stopping(job):
            running.add(asyncio.create_task(_attempt(waiting.pop(0), job)))
        if not running:
            _cancel(waiting, job)
            return failures <= tolerance
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        failures += sum(not task.result() for task in done)


async def _attempt(target: Target, job: Job) -> bool:
    job.record(target, Result(status=ResultStatus.RUNNING))
    try:
        result = await job.work(target)
    except Exception as fault:  # noqa: BLE001 - A fault of ours must not leave the operation running.
        result = Result(status=ResultStatus.FAILED, reason=f"Internal failure: {fault!r}")
    job.record(target, result)
    return result.status == ResultStatus.SUCCEEDED


def _cancel(targets: Sequence[Target], job: Job) -> None:
    reason = STOPPED if _stopping(job) else TOLERANCE_EXCEEDED
    for target in targets:
        job.record(target, Result(status=ResultStatus.CANCELLED, reason=reason))


def _stopping(job: Job) -> bool:
    return job.operation.status == OperationStatus.STOPPING
