"""Implements the actions of the StackSets API and maps their names to functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

# Requests are typed: the parser has validated each against its input shape.
from typing import TYPE_CHECKING, Any

from payment_templates.rehearsal.stack_sets.administration.drift import detect_drift
from payment_templates.rehearsal.stack_sets.administration.imports import import_stacks
from payment_templates.rehearsal.stack_sets.administration.instances import (
    create_instances,
    delete_instances,
    update_instances,
)
from payment_templates.rehearsal.stack_sets.administration.sets import (
    create_stack_set,
    delete_stack_set,
    update_stack_set,
)
from payment_templates.rehearsal.stack_sets.administration.targets import require_instances
from payment_templates.rehearsal.stack_sets.api.listing import (
    filter_drifts,
    filter_instances,
    filter_results,
    page,
)
from payment_templates.rehearsal.stack_sets.api.views import (
    instance_description,
    instance_summary,
    operation_description,
    operation_summary,
    result_summary,
    stack_set_description,
    stack_set_summary,
)
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Instance,
    Operation,
    StackSet,
    Target,
)
from payment_templates.rehearsal.wire import ServiceError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import type_defs as shapes

    from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator

    InstanceRequest = (
        shapes.DescribeStackInstanceInputTypeDef
        | shapes.ListStackInstanceResourceDriftsInputTypeDef
    )

Answer = Mapping[str, object]


def _create_stack_set(
    administrator: Administrator, request: shapes.CreateStackSetInputTypeDef
) -> Answer:
    return {"StackSetId": create_stack_set(administrator, request).unique_id}


def _describe_stack_set(
    administrator: Administrator, request: shapes.DescribeStackSetInputTypeDef
) -> Answer:
    return {"StackSet": stack_set_description(administrator.find(request["StackSetName"]))}


def _list_stack_sets(
    administrator: Administrator, request: shapes.ListStackSetsInputTypeDef
) -> Answer:
    summaries = [stack_set_summary(stack_set) for stack_set in administrator.sets.values()]
    status = request.get("Status")
    return page([one for one in summaries if status in {None, one["Status"]}], request)


def _update_stack_set(
    administrator: Administrator, request: shapes.UpdateStackSetInputTypeDef
) -> Answer:
    return {"OperationId": update_stack_set(administrator, request)}


def _delete_stack_set(
    administrator: Administrator, request: shapes.DeleteStackSetInputTypeDef
) -> Answer:
    delete_stack_set(administrator, request["StackSetName"])
    return {}


def _create_stack_instances(
    administrator: Administrator, request: shapes.CreateStackInstancesInputTypeDef
) -> Answer:
    return {"OperationId": create_instances(administrator, request)}


def _update_stack_instances(
    administrator: Administrator, request: shapes.UpdateStackInstancesInputTypeDef
) -> Answer:
    return {"OperationId": update_instances(administrator, request)}


def _delete_stack_instances(
    administrator: Administrator, request: shapes.DeleteStackInstancesInputTypeDef
) -> Answer:
    return {"OperationId": delete_instances(administrator, request)}


def _import_stacks_to_stack_set(
    administrator: Administrator, request: shapes.ImportStacksToStackSetInputTypeDef
) -> Answer:
    return {"OperationId": import_stacks(administrator, request)}


def _list_stack_instances(
    administrator: Administrator, request: shapes.ListStackInstancesInputTypeDef
) -> Answer:
    stack_set = administrator.find(request["StackSetName"])
    instances = filter_instances(stack_set, request)
    return page([instance_summary(stack_set, instance) for instance in instances], request)


def _describe_stack_instance(
    administrator: Administrator, request: shapes.DescribeStackInstanceInputTypeDef
) -> Answer:
    stack_set = administrator.find(request["StackSetName"])
    return {"StackInstance": instance_description(stack_set, _find_instance(stack_set, request))}


def _describe_stack_set_operation(
    administrator: Administrator, request: shapes.DescribeStackSetOperationInputTypeDef
) -> Answer:
    stack_set = administrator.find(request["StackSetName"])
    operation = _find_operation(stack_set, request["OperationId"])
    return {"StackSetOperation": operation_description(stack_set, operation)}


def _list_stack_set_operations(
    administrator: Administrator, request: shapes.ListStackSetOperationsInputTypeDef
) -> Answer:
    operations = administrator.find(request["StackSetName"]).operations.values()
    return page([operation_summary(one) for one in reversed(operations)], request)


def _list_stack_set_operation_results(
    administrator: Administrator, request: shapes.ListStackSetOperationResultsInputTypeDef
) -> Answer:
    stack_set = administrator.find(request["StackSetName"])
    results = _find_operation(stack_set, request["OperationId"]).results
    summaries = [
        result_summary(stack_set, target, result)
        for target, result in filter_results(results, request)
    ]
    return page(summaries, request)


def _stop_stack_set_operation(
    administrator: Administrator, request: shapes.StopStackSetOperationInputTypeDef
) -> Answer:
    stack_set = administrator.find(request["StackSetName"])
    operation = _find_operation(stack_set, request["OperationId"])
    administrator.queue(stack_set).stop(operation)
    return {}


def _detect_stack_set_drift(
    administrator: Administrator, request: shapes.DetectStackSetDriftInputTypeDef
) -> Answer:
    return {"OperationId": detect_drift(administrator, request)}


def _list_stack_instance_resource_drifts(
    administrator: Administrator, request: shapes.ListStackInstanceResourceDriftsInputTypeDef
) -> Answer:
    stack_set = administrator.find(request["StackSetName"])
    _find_instance(stack_set, request)
    return page(filter_drifts(stack_set, request), request)


ACTIONS: Mapping[str, Callable[[Administrator, Any], Answer]] = {
    "CreateStackSet": _create_stack_set,
    "DescribeStackSet": _describe_stack_set,
    "ListStackSets": _list_stack_sets,
    "UpdateStackSet": _update_stack_set,
    "DeleteStackSet": _delete_stack_set,
    "CreateStackInstances": _create_stack_instances,
    "UpdateStackInstances": _update_stack_instances,
    "DeleteStackInstances": _delete_stack_instances,
    "ImportStacksToStackSet": _import_stacks_to_stack_set,
    "ListStackInstances": _list_stack_instances,
    "DescribeStackInstance": _describe_stack_instance,
    "DescribeStackSetOperation": _describe_stack_set_operation,
    "ListStackSetOperations": _list_stack_set_operations,
    "ListStackSetOperationResults": _list_stack_set_operation_results,
    "StopStackSetOperation": _stop_stack_set_operation,
    "DetectStackSetDrift": _detect_stack_set_drift,
    "ListStackInstanceResourceDrifts": _list_stack_instance_resource_drifts,
}


def _find_instance(
    stack_set: StackSet,
    request: InstanceRequest,
) -> Instance:
    target = Target(request["StackInstanceAccount"], request["StackInstanceRegion"])
    require_instances(stack_set, [target])
    return stack_set.instances[target]


def _find_operation(stack_set: StackSet, operation_id: str) -> Operation:
    if operation_id not in stack_set.operations:
        raise ServiceError("OperationNotFoundException", f"Operation {operation_id} not found")
    return stack_set.operations[operation_id]
