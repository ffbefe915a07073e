"""Records the progress of an operation on the stack instances."""

from dataclasses import replace

from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Action,
    InstanceStatus,
    Operation,
    Result,
    ResultStatus,
    StackSet,
    Target,
)

# AWS's wording: StatusReason of an instance with a pending operation.
USER_INITIATED = "User initiated operation"

_IN_PROGRESS = {ResultStatus.PENDING, ResultStatus.RUNNING}


def mark_pending(stack_set: StackSet, operation: Operation) -> None:
    """Mark every target of the operation as pending."""
    for target in operation.results:
        record(stack_set, operation, target, Result(status=ResultStatus.PENDING))


def mark_outdated(stack_set: StackSet) -> None:
    """Mark every instance as outdated after a change to the stack set."""
    for target, instance in stack_set.instances.items():
        if instance.status != InstanceStatus.INOPERABLE:
            stack_set.instances[target] = replace(instance, status=InstanceStatus.OUTDATED)


def record(stack_set: StackSet, operation: Operation, target: Target, result: Result) -> None:
    """Record a result in the operation and on the target's instance."""
    operation.results[target] = result
    if operation.action == Action.DELETE and result.status == ResultStatus.SUCCEEDED:
        stack_set.instances.pop(target, None)
    instance = stack_set.instances.get(target)
    if instance is None:
        return
    status = _instance_status(operation.action, result.status, instance.status)
    inoperable = status == InstanceStatus.INOPERABLE
    stack_set.instances[target] = replace(
        instance,
        status=status,
        detailed_status=InstanceStatus.INOPERABLE if inoperable else result.status,
        reason=USER_INITIATED if result.status in _IN_PROGRESS else result.reason,
        last_operation_id=operation.operation_id,
    )


def record_import(
    stack_set: StackSet, operation: Operation, target: Target, result: Result
) -> None:
    """Record the result of an import; a failed one leaves the instance inoperable."""
    record(stack_set, operation, target, result)
    if result.status == ResultStatus.FAILED:
        # API StackInstance, Status: INOPERABLE can come from a failed import.
        stack_set.instances[target] = replace(
            stack_set.instances[target],
            status=InstanceStatus.INOPERABLE,
            detailed_status="FAILED_IMPORT",
        )


def _instance_status(
    action: Action, result: ResultStatus, before: InstanceStatus
) -> InstanceStatus:
    if action == Action.DETECT_DRIFT:
        return before
    if action == Action.DELETE:
        # API StackInstance, Status: a failed DeleteStackInstances leaves it INOPERABLE.
        return InstanceStatus.INOPERABLE if result == ResultStatus.FAILED else before
    if result == ResultStatus.SUCCEEDED:
        return InstanceStatus.CURRENT
    return InstanceStatus.OUTDATED
