"""Imports existing stacks into a stack set as instances."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from payment_templates.rehearsal.stack_sets.administration.targets import target_of_stack
from payment_templates.rehearsal.stack_sets.model.stack_set import Action, Instance, Result, Target
from payment_templates.rehearsal.stack_sets.operations.deployment import import_stack
from payment_templates.rehearsal.stack_sets.operations.recording import mark_pending, record_import
from payment_templates.rehearsal.stack_sets.operations.schedule import Job
from payment_templates.rehearsal.wire import ServiceError, validation_error

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ImportStacksToStackSetInputTypeDef

    from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator

# API ImportStacksToStackSet, StackIds.
_MAXIMUM_IMPORTS = 10


def import_stacks(administrator: Administrator, request: ImportStacksToStackSetInputTypeDef) -> str:
    """Import existing stacks; returns the operation's ID."""
    stack_set = administrator.find(request["StackSetName"])
    stack_ids = {stack_id: target_of_stack(stack_id) for stack_id in request.get("StackIds", ())}
    if not 1 <= len(stack_ids) <= _MAXIMUM_IMPORTS:
        raise validation_error(
            f"StackIds must name 1 to {_MAXIMUM_IMPORTS} stacks, got {len(stack_ids)}"
        )
    for stack_id, target in stack_ids.items():
        if administrator.stacks.describe(target, stack_id) is None:
            raise ServiceError("StackNotFoundException", f"Stack {stack_id} does not exist")
        if target in stack_set.instances:
            raise ServiceError(
                "InvalidOperationException",
                f"StackSet {stack_set.name} has a stack instance in account {target.account} "
                f"and region {target.region} already",
            )
    targets = tuple(stack_ids.values())
    operation = administrator.new_operation(stack_set, Action.CREATE, targets, request)

    def start() -> None:
        for stack_id, target in stack_ids.items():
            stack_set.instances[target] = Instance(target=target, stack_id=stack_id)
        mark_pending(stack_set, operation)

    async def work(target: Target) -> Result:
        return import_stack(stack_set, operation, target, administrator.stacks)

    administrator.queue(stack_set).submit(
        Job(
            operation=operation,
            start=start,
            work=work,
            record=partial(record_import, stack_set, operation),
        )
    )
    return operation.operation_id
