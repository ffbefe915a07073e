"""Creates, updates and deletes stack sets."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from payment_templates.rehearsal.stack_sets.administration.definition import define, redefine
from payment_templates.rehearsal.stack_sets.administration.targets import (
    read_targets,
    require_instances,
    target_of_stack,
)
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Action,
    Definition,
    InstanceStatus,
    StackSet,
    Target,
)
from payment_templates.rehearsal.stack_sets.operations.deployment import deploy
from payment_templates.rehearsal.stack_sets.operations.recording import (
    mark_outdated,
    mark_pending,
    record,
)
from payment_templates.rehearsal.stack_sets.operations.schedule import Job
from payment_templates.rehearsal.wire import ServiceError, validation_error

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import (
        CreateStackSetInputTypeDef,
        UpdateStackSetInputTypeDef,
    )

    from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator

# API CreateStackSet, StackSetName.
_NAME_PATTERN = "[a-zA-Z][-a-zA-Z0-9]*"
_NAME_MAXIMUM_LENGTH = 128


def create_stack_set(administrator: Administrator, request: CreateStackSetInputTypeDef) -> StackSet:
    """Create a stack set; a repeated request with the same token returns the same one."""
    name = request["StackSetName"]
    _check_name(name)
    definition = define(
        request, administrator.stacks, imported_template=_template_of_stack(administrator, request)
    )
    token = request.get("ClientRequestToken") or str(uuid4())
    for other in administrator.sets.values():
        if other.name == name and not other.deleted:
            return _repeat(other, definition, token)
    unique_id = f"{name}:{uuid4()}"
    stack_set = StackSet(
        name=name,
        unique_id=unique_id,
        arn=(
            f"arn:aws:cloudformation:{administrator.region}:{administrator.account}:"
            f"stackset/{unique_id}"
        ),
        client_request_token=token,
        definition=definition,
        created_as=definition,
    )
    administrator.add(stack_set)
    return stack_set


def update_stack_set(administrator: Administrator, request: UpdateStackSetInputTypeDef) -> str:
    """Update a stack set and its instances; returns the operation's ID."""
    stack_set = administrator.find(request["StackSetName"])
    queue = administrator.queue(stack_set)
    definition = redefine(stack_set.definition, request, administrator.stacks)
    if stack_set.instances and definition.permission_model != stack_set.definition.permission_model:
        raise validation_error("PermissionModel cannot be modified while there are stack instances")
    if definition.managed_execution != stack_set.definition.managed_execution and queue.busy:
        raise ServiceError(
            "InvalidOperationException",
            "ManagedExecution cannot be modified while operations are running or queued",
        )
    operation = administrator.new_operation(
        stack_set,
        Action.UPDATE,
        _targets_to_update(administrator, stack_set, request),
        request,
    )
    operation.exclusive = True
    operation.administration_role_arn = (
        definition.administration_role_arn or operation.administration_role_arn
    )
    operation.execution_role_name = definition.execution_role_name or operation.execution_role_name

    def start() -> None:
        stack_set.definition = definition
        # API UpdateStackSet, Accounts: these mark every instance, even if it is not updated.
        if {"TemplateBody", "TemplateURL", "Parameters"} & request.keys():
            mark_outdated(stack_set)
        mark_pending(stack_set, operation)

    queue.submit(
        Job(
            operation=operation,
            start=start,
            work=lambda target: deploy(stack_set, operation, target, administrator.stacks),
            record=partial(record, stack_set, operation),
        )
    )
    return operation.operation_id


def delete_stack_set(administrator: Administrator, name: str) -> None:
    """Delete an empty stack set; a missing one is no error (API DeleteStackSet, Errors)."""
    try:
        stack_set = administrator.find(name)
    except ServiceError:
        return
    administrator.queue(stack_set).require_idle()
    if stack_set.instances:
        raise ServiceError("StackSetNotEmptyException", "StackSet is not empty")
    stack_set.deleted = True


def _check_name(name: str) -> None:
    if not re.fullmatch(_NAME_PATTERN, name):
        raise validation_error(
            f"1 validation error detected: Value '{name}' at 'stackSetName' failed to satisfy "
            f"constraint: Member must satisfy regular expression pattern: {_NAME_PATTERN}"
        )
    if len(name) > _NAME_MAXIMUM_LENGTH:
        raise validation_error(
            f"1 validation error detected: Value '{name}' at 'stackSetName' failed to satisfy "
            f"constraint: Member must have length less than or equal to {_NAME_MAXIMUM_LENGTH}"
        )


def _template_of_stack(
    administrator: Administrator, request: CreateStackSetInputTypeDef
) -> str | None:
    stack_id = request.get("StackId")
    if stack_id is None:
        return None
    stack = administrator.stacks.describe(target_of_stack(stack_id), stack_id)
    if stack is None:
        raise validation_error(f"Stack with id {stack_id} does not exist")
    return stack.template_body


def _repeat(stack_set: StackSet, definition: Definition, token: str) -> StackSet:
    if token != stack_set.client_request_token or definition != stack_set.created_as:
        raise ServiceError(
            "NameAlreadyExistsException", f"StackSet {stack_set.name} already exists"
        )
    if stack_set.definition != stack_set.created_as:
        raise ServiceError(
            "CreatedButModifiedException",
            f"StackSet {stack_set.name} was created by this request and modified later",
        )
    return stack_set


def _targets_to_update(
    administrator: Administrator, stack_set: StackSet, request: UpdateStackSetInputTypeDef
) -> tuple[Target, ...]:
    accounts = request.get("Accounts") or request.get("DeploymentTargets")
    if bool(accounts) != bool(request.get("Regions")):
        raise validation_error("Specify both accounts and Regions, or neither to update all")
    if accounts:
        targets = tuple(
            read_targets(
                request,
                stack_set.definition,
                administrator=administrator.account,
                known_regions=administrator.known_regions,
            )
        )
        require_instances(stack_set, targets)
    else:
        targets = tuple(stack_set.instances)
    return tuple(
        target
        for target in targets
        # API StackInstance, Status: INOPERABLE ones are excluded from further updates.
        if stack_set.instances[target].status != InstanceStatus.INOPERABLE
    )
