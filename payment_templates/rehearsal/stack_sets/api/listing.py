"""Filters and paginates the lists of the StackSets API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rehearsal.stack_sets.administration.drift import resource_drifts
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Instance,
    Result,
    StackSet,
    Target,
)
from payment_templates.rehearsal.wire import validation_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_cloudformation.type_defs import (
        ListStackInstanceResourceDriftsInputTypeDef,
        ListStackInstancesInputTypeDef,
        ListStackSetOperationResultsInputTypeDef,
    )

# The maximum of MaxResults, which is also the default.
_PAGE_SIZE = 100


def page(
    summaries: Iterable[Mapping[str, object]], request: Mapping[str, object]
) -> Mapping[str, object]:
    """Return the requested page."""
    items = list(summaries)
    token = request.get("NextToken", "0")
    if not isinstance(token, str) or not token.isdigit():
        raise validation_error(f"NextToken {token!r} is invalid; omit it to start again")
    size = request.get("MaxResults")
    start = int(token)
    end = start + (size if isinstance(size, int) else _PAGE_SIZE)
    return {"Summaries": items[start:end], "NextToken": str(end) if end < len(items) else None}


def filter_instances(
    stack_set: StackSet, request: ListStackInstancesInputTypeDef
) -> list[Instance]:
    """Return the instances that match the account, the region and every filter."""
    account, region = request.get("StackInstanceAccount"), request.get("StackInstanceRegion")
    return [
        instance
        for target, instance in sorted(stack_set.instances.items())
        if account in {None, target.account}
        and region in {None, target.region}
        and all(
            _property(instance, rule.get("Name", "")) in _values(rule.get("Values", ""))
            for rule in request.get("Filters", ())
        )
    ]


def filter_results(
    results: Mapping[Target, Result], request: ListStackSetOperationResultsInputTypeDef
) -> list[tuple[Target, Result]]:
    """Return the results with one of the requested statuses."""
    return [
        (target, result)
        for target, result in results.items()
        if all(
            result.status in _values(rule.get("Values", "")) for rule in request.get("Filters", ())
        )
    ]


def filter_drifts(
    stack_set: StackSet, request: ListStackInstanceResourceDriftsInputTypeDef
) -> list[Mapping[str, object]]:
    """Return the resources of one instance with one of the requested drift statuses."""
    target = Target(request["StackInstanceAccount"], request["StackInstanceRegion"])
    requested = request.get("StackInstanceResourceDriftStatuses", ())
    return [
        resource
        for resource in resource_drifts(stack_set, request["OperationId"], target)
        if not requested or resource["StackResourceDriftStatus"] in requested
    ]


def _property(instance: Instance, name: str) -> str | None:
    return {
        "DETAILED_STATUS": instance.detailed_status,
        "LAST_OPERATION_ID": instance.last_operation_id,
        "DRIFT_STATUS": instance.drift_status,
    }.get(name)


def _values(text: str) -> Sequence[str]:
    return text.split(",")
