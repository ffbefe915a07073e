"""Runs an operation in one target: deploys, deletes or imports its stack."""

from dataclasses import replace
from uuid import uuid4

from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Instance,
    Operation,
    Result,
    ResultStatus,
    StackSet,
    Target,
)
from payment_templates.rehearsal.stack_sets.model.stacks import (
    Stack,
    StackRefusedError,
    StackRequest,
    Stacks,
)
from payment_templates.rehearsal.stack_sets.operations.roles import find_access_error

NO_UPDATES = "No updates are to be performed."
INSTANCE_DELETED = "An operation before this one deleted the stack instance"


async def deploy(
    stack_set: StackSet, operation: Operation, target: Target, stacks: Stacks
) -> Result:
    """Create or update the target's stack; one whose creation failed is created again."""
    if error := find_access_error(operation, target, stacks):
        return _failed(error)
    instance = stack_set.instances.get(target)
    if instance is None:
        return _failed(INSTANCE_DELETED)
    try:
        stack = _find(instance, stacks)
        if stack is not None and stack.unusable:
            stacks.delete(target, stack.stack_id)
            await stacks.wait(target, stack.stack_id)
            stack = None
        if stack is None:
            stack_id = stacks.create(
                target, f"StackSet-{stack_set.name}-{uuid4()}", _request(stack_set, instance)
            )
            stack_set.instances[target] = replace(stack_set.instances[target], stack_id=stack_id)
        else:
            stack_id = stack.stack_id
            if not stacks.update(target, stack_id, _request(stack_set, instance)):
                return Result(status=ResultStatus.SUCCEEDED, reason=NO_UPDATES)
        after = await stacks.wait(target, stack_id)
    except StackRefusedError as rejection:
        return _failed(str(rejection))
    if after is not None and after.succeeded:
        return Result(status=ResultStatus.SUCCEEDED)
    return _failed(stacks.failure(target, stack_id))


async def remove(
    stack_set: StackSet, operation: Operation, target: Target, stacks: Stacks
) -> Result:
    """Delete the target's stack, unless the operation retains stacks."""
    instance = stack_set.instances.get(target)
    if instance is None or operation.retain_stacks:
        return Result(status=ResultStatus.SUCCEEDED)
    if error := find_access_error(operation, target, stacks):
        return _failed(error)
    stack = _find(instance, stacks)
    if stack is None:
        return Result(status=ResultStatus.SUCCEEDED)
    try:
        stacks.delete(target, stack.stack_id)
        after = await stacks.wait(target, stack.stack_id)
    except StackRefusedError as rejection:
        return _failed(str(rejection))
    if after is None:
        return Result(status=ResultStatus.SUCCEEDED)
    return _failed(stacks.failure(target, stack.stack_id))


def import_stack(
    stack_set: StackSet, operation: Operation, target: Target, stacks: Stacks
) -> Result:
    """Import an existing stack; its own parameter values become overrides."""
    if error := find_access_error(operation, target, stacks):
        return _failed(error)
    stack = _find(stack_set.instances[target], stacks)
    definition = stack_set.definition
    if definition.concealed:
        # User Guide, "stacksets-import", Requirements for stack import.
        return _failed("The NoEcho property is not supported by StackSet import")
    if stack is None or not stack.succeeded:
        return _failed("The stack is not in a state from which it can be imported")
    if stack.template_body != definition.template_body:
        return _failed("The template of the stack is not the template of the StackSet")
    overrides = {
        name: value
        for name, value in stack.parameters.items()
        if definition.parameters.get(name) != value
    }
    stack_set.instances[target] = replace(stack_set.instances[target], overrides=overrides)
    return Result(status=ResultStatus.SUCCEEDED)


def _find(instance: Instance, stacks: Stacks) -> Stack | None:
    if instance.stack_id is None:
        return None
    return stacks.describe(instance.target, instance.stack_id)


def _request(stack_set: StackSet, instance: Instance) -> StackRequest:
    definition = stack_set.definition
    values = {
        name: instance.overrides.get(name, value) for name, value in definition.parameters.items()
    }
    return StackRequest(
        template_body=definition.template_body,
        parameters=values,
        capabilities=definition.capabilities,
        tags=definition.tags,
    )


def _failed(reason: str) -> Result:
    return Result(status=ResultStatus.FAILED, reason=reason)
