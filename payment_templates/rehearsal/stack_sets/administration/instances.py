"""Creates, updates and deletes stack instances."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from payment_templates.rehearsal.stack_sets.administration.parameters import resolve_overrides
from payment_templates.rehearsal.stack_sets.administration.targets import (
    read_targets,
    require_instances,
)
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Action,
    Instance,
    InstanceStatus,
    Result,
    ResultStatus,
    Target,
)
from payment_templates.rehearsal.stack_sets.operations.deployment import deploy, remove
from payment_templates.rehearsal.stack_sets.operations.recording import mark_pending, record
from payment_templates.rehearsal.stack_sets.operations.schedule import Job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudformation.type_defs import (
        CreateStackInstancesInputTypeDef,
        DeleteStackInstancesInputTypeDef,
        ParameterTypeDef,
        UpdateStackInstancesInputTypeDef,
    )

    from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator
    from payment_templates.rehearsal.stack_sets.administration.targets import InstancesRequest
    from payment_templates.rehearsal.stack_sets.model.stack_set import StackSet


def create_instances(
    administrator: Administrator, request: CreateStackInstancesInputTypeDef
) -> str:
    """Create instances and their stacks; retries those that are OUTDATED.

    API CreateStackInstances, OperationId; ParameterOverrides may keep the override of an instance
    that exists.
    """
    stack_set = administrator.find(request["StackSetName"])
    units = _read_targets(administrator, stack_set, request)
    given = request.get("ParameterOverrides")
    overrides = {
        target: resolve_overrides(
            given,
            stack_set.definition.parameters,
            previous=stack_set.instances.get(target, Instance(target=target)).overrides,
        )
        for target in units
    }
    operation = administrator.new_operation(stack_set, Action.CREATE, tuple(units), request)
    present = {
        target
        for target in operation.results
        if target in stack_set.instances
        and stack_set.instances[target].status == InstanceStatus.CURRENT
    }

    def start() -> None:
        for target, unit in units.items():
            if target in present:
                continue
            known = stack_set.instances.get(target, Instance(target=target))
            stack_set.instances[target] = replace(
                known,
                overrides=overrides[target],
                organizational_unit_id=unit,
            )
        mark_pending(stack_set, operation)

    async def work(target: Target) -> Result:
        if target in present:
            return Result(status=ResultStatus.SUCCEEDED)
        return await deploy(stack_set, operation, target, administrator.stacks)

    administrator.queue(stack_set).submit(
        Job(
            operation=operation,
            start=start,
            work=work,
            record=partial(record, stack_set, operation),
        )
    )
    return operation.operation_id


def update_instances(
    administrator: Administrator, request: UpdateStackInstancesInputTypeDef
) -> str:
    """Override parameters of instances and update their stacks."""
    stack_set = administrator.find(request["StackSetName"])
    targets = tuple(_read_targets(administrator, stack_set, request))
    require_instances(stack_set, targets)
    overrides = {
        target: _overrides(stack_set, target, request.get("ParameterOverrides"))
        for target in targets
    }
    operation = administrator.new_operation(stack_set, Action.UPDATE, targets, request)

    def start() -> None:
        for target, values in overrides.items():
            # An earlier operation may have deleted the instance while this one was queued.
            if target in stack_set.instances:
                stack_set.instances[target] = replace(stack_set.instances[target], overrides=values)
        mark_pending(stack_set, operation)

    administrator.queue(stack_set).submit(
        Job(
            operation=operation,
            start=start,
            work=lambda target: deploy(stack_set, operation, target, administrator.stacks),
            record=partial(record, stack_set, operation),
        )
    )
    return operation.operation_id


def delete_instances(
    administrator: Administrator, request: DeleteStackInstancesInputTypeDef
) -> str:
    """Delete instances; targets without an instance are skipped."""
    stack_set = administrator.find(request["StackSetName"])
    targets = tuple(
        target
        for target in _read_targets(administrator, stack_set, request)
        if target in stack_set.instances
    )
    operation = administrator.new_operation(stack_set, Action.DELETE, targets, request)
    operation.retain_stacks = request["RetainStacks"]
    administrator.queue(stack_set).submit(
        Job(
            operation=operation,
            start=lambda: mark_pending(stack_set, operation),
            work=lambda target: remove(stack_set, operation, target, administrator.stacks),
            record=partial(record, stack_set, operation),
        )
    )
    return operation.operation_id


def _read_targets(
    administrator: Administrator, stack_set: StackSet, request: InstancesRequest
) -> dict[Target, str | None]:
    return read_targets(
        request,
        stack_set.definition,
        administrator=administrator.account,
        known_regions=administrator.known_regions,
    )


def _overrides(
    stack_set: StackSet, target: Target, given: Sequence[ParameterTypeDef] | None
) -> Mapping[str, str]:
    return resolve_overrides(
        given,
        stack_set.definition.parameters,
        previous=stack_set.instances[target].overrides,
    )
