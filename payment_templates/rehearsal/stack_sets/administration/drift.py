"""Detects the drift of a stack set: compares every stack with its template."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Action,
    DriftStatus,
    Operation,
    OperationStatus,
    Result,
    ResultStatus,
    StackSet,
    Target,
)
from payment_templates.rehearsal.stack_sets.model.stacks import StackRefusedError
from payment_templates.rehearsal.stack_sets.operations.recording import mark_pending, record
from payment_templates.rehearsal.stack_sets.operations.roles import find_access_error
from payment_templates.rehearsal.stack_sets.operations.schedule import Job
from payment_templates.rehearsal.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation.type_defs import DetectStackSetDriftInputTypeDef

    from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator


def detect_drift(administrator: Administrator, request: DetectStackSetDriftInputTypeDef) -> str:
    """Compare all stacks of a stack set with their templates; returns the operation's ID."""
    stack_set = administrator.find(request["StackSetName"])
    operation = administrator.new_operation(
        stack_set,
        Action.DETECT_DRIFT,
        tuple(stack_set.instances),
        request,
    )

    async def work(target: Target) -> Result:
        return _compare(administrator, stack_set, operation, target)

    administrator.queue(stack_set).submit(
        Job(
            operation=operation,
            start=lambda: mark_pending(stack_set, operation),
            work=work,
            record=partial(record, stack_set, operation),
        )
    )
    return operation.operation_id


def resource_drifts(
    stack_set: StackSet, operation_id: str, target: Target
) -> tuple[Mapping[str, object], ...]:
    """Return the resource drifts that an operation found in one target."""
    operation = stack_set.operations.get(operation_id)
    if operation is None or operation.action != Action.DETECT_DRIFT:
        raise ServiceError("OperationNotFoundException", f"Operation {operation_id} not found")
    return operation.drifts.get(target, ())


def last_drift_operation(stack_set: StackSet) -> Operation | None:
    """Return the drift operation that ended last, which is the one that the API shows."""
    ended = [
        operation
        for operation in stack_set.operations.values()
        if operation.action == Action.DETECT_DRIFT and operation.status.ended
    ]
    return ended[-1] if ended else None


def drift_details(operation: Operation | None) -> Mapping[str, object]:
    """Summarize a drift operation: API StackSetDriftDetectionDetails."""
    if operation is None:
        return {"DriftStatus": DriftStatus.NOT_CHECKED}
    drifted = [
        found
        for found in operation.drifts.values()
        if any(
            resource["StackResourceDriftStatus"] in {"MODIFIED", "DELETED"} for resource in found
        )
    ]
    in_progress = operation.count(ResultStatus.PENDING) + operation.count(ResultStatus.RUNNING)
    in_sync = operation.count(ResultStatus.SUCCEEDED) - len(drifted)
    return {
        "DriftStatus": DriftStatus.DRIFTED if drifted else DriftStatus.IN_SYNC,
        "DriftDetectionStatus": _detection_status(operation),
        "LastDriftCheckTimestamp": operation.created_at,
        "TotalStackInstancesCount": len(operation.results),
        "DriftedStackInstancesCount": len(drifted),
        "InSyncStackInstancesCount": in_sync,
        "InProgressStackInstancesCount": in_progress,
        "FailedStackInstancesCount": operation.count(ResultStatus.FAILED),
    }


def _compare(
    administrator: Administrator, stack_set: StackSet, operation: Operation, target: Target
) -> Result:
    if error := find_access_error(operation, target, administrator.stacks):
        return Result(status=ResultStatus.FAILED, reason=error)
    instance = stack_set.instances.get(target)
    if instance is None or instance.stack_id is None:
        return Result(status=ResultStatus.FAILED, reason="The instance has no stack")
    try:
        drift = administrator.stacks.detect_drift(target, instance.stack_id)
    except StackRefusedError as rejection:
        return Result(status=ResultStatus.FAILED, reason=str(rejection))
    operation.drifts[target] = drift.resources
    stack_set.instances[target] = replace(
        instance, drift_status=drift.status, drift_checked_at=drift.checked_at
    )
    if drift.failure is not None:
        return Result(status=ResultStatus.FAILED, reason=drift.failure)
    return Result(status=ResultStatus.SUCCEEDED)


def _detection_status(operation: Operation) -> str:
    if not operation.status.ended:
        return "IN_PROGRESS"
    if operation.status == OperationStatus.STOPPED:
        return "STOPPED"
    if operation.status == OperationStatus.FAILED:
        return "FAILED"
    return "PARTIAL_SUCCESS" if operation.count(ResultStatus.FAILED) else "COMPLETED"
