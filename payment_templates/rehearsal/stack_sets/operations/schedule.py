"""Runs an operation: by region, with limited concurrency, until too many accounts fail."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Operation,
    OperationStatus,
    Result,
    ResultStatus,
    Target,
)

# AWS's wording: AWS CLI reference, list-stack-set-operation-results, example.
TOLERANCE_EXCEEDED = "Cancelled since failure tolerance has exceeded"
STOPPED = "Cancelled since the operation was stopped"


@dataclass(frozen=True, kw_only=True)
class Job:
    """An operation and its callbacks: for its start, for each target, and for each result."""

    operation: Operation
    start: Callable[[], None]
    work: Callable[[Target], Awaitable[Result]]
    record: Callable[[Target, Result], None]


async def run_job(job: Job) -> OperationStatus:
    """Run the operation in all its regions and return its final status.

    A region with more failed accounts than tolerated ends the operation: later regions are not
    attempted (API StackSetOperationPreferences, FailureToleranceCount).
    """
    operation = job.operation
    regions = operation.preferences.ordered([target.region for target in operation.results])
    targets = {region: [t for t in operation.results if t.region == region] for region in regions}
    passed: list[bool] = []
    if operation.preferences.parallel:
        passed += await asyncio.gather(*(_run_region(targets[region], job) for region in regions))
    else:
        for region in regions:
            if all(passed):
                passed.append(await _run_region(targets[region], job))
            else:
                _cancel(targets[region], job)
    if operation.status == OperationStatus.STOPPING:
        return OperationStatus.STOPPED
    return OperationStatus.SUCCEEDED if all(passed) else OperationStatus.FAILED


async def _run_region(targets: Sequence[Target], job: Job) -> bool:
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
    except Exception as fault:  # noqa: BLE001 - an internal error must not leave the operation running.
        result = Result(status=ResultStatus.FAILED, reason=f"Internal failure: {fault!r}")
    job.record(target, result)
    return result.status == ResultStatus.SUCCEEDED


def _cancel(targets: Sequence[Target], job: Job) -> None:
    reason = STOPPED if _stopping(job) else TOLERANCE_EXCEEDED
    for target in targets:
        job.record(target, Result(status=ResultStatus.CANCELLED, reason=reason))


def _stopping(job: Job) -> bool:
    return job.operation.status == OperationStatus.STOPPING
