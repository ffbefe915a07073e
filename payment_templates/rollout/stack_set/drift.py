"""Detects drift of the stacks of a set from their template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.facts.false_drift import NOT_COMPARED
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.drift import Comparison, Drift, read_drift
from payment_templates.rollout.stack_set.definition import find_stack_set
from payment_templates.rollout.stack_set.instances import (
    PAGE_SIZE,
    Instance,
    list_instances,
    named,
)
from payment_templates.rollout.templates import resources_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack_set.operations.runner import OperationRunner

# Causes in the one-line error; all of them were shown when the operation result.
_SHOWN_CAUSES = 3
# StackInstance, DriftStatus: NOT_CHECKED and UNKNOWN say nothing about a stack.
_COMPARED = frozenset({"IN_SYNC", "DRIFTED"})
# How often to read the list of instances until it matches the count of the operation.
_ROUNDS = 10


def detect_set_drift(runner: OperationRunner) -> Comparison:
    """Compare all stacks of a set with their template, in one operation.

    Raises RolloutError unless every stack was compared.
    """
    client = clients.cloudformation(runner.session, runner.primary)
    name = runner.name
    result = runner.run(
        lambda identity: client.detect_stack_set_drift(StackSetName=name, OperationId=identity)[
            "OperationId"
        ]
    )
    if not result.succeeded:
        raise RolloutError(
            f"not every stack of {name} could be compared: operation {result.operation_id} ended "
            f"as {result.operation.status}"
            + "".join(
                f"; {cause.region}: {cause.reason}" for cause in result.causes[:_SHOWN_CAUSES]
            )
        )
    instances = _compared(client, name, result.operation_id, runner.make_pace())
    drifts = tuple(
        drift
        for instance in instances
        if instance.drift == "DRIFTED"
        for drift in _of_instance(client, name, result.operation_id, instance)
    )
    # The drift lists of a set omit resources that were not checked.
    types = {str(entry.get("Type")) for entry in _resources(client, name).values()}
    skipped = [one for one in instances if one.drift not in _COMPARED]
    return Comparison(
        drifts=drifts,
        not_compared=frozenset(types & NOT_COMPARED.keys()),
        stacks=len(instances) - len(skipped),
        stacks_not_compared=(named(skipped),) if skipped else (),
    )


def _resources(client: CloudFormationClient, name: str) -> Mapping[str, Mapping[str, Any]]:
    found = find_stack_set(client, name)
    return resources_of(found.template_body) if found else {}


def _compared(
    client: CloudFormationClient, name: str, operation_id: str, pace: Pace
) -> tuple[Instance, ...]:
    shown = client.describe_stack_set_operation(StackSetName=name, OperationId=operation_id)
    details = shown["StackSetOperation"].get("StackSetDriftDetectionDetails", {})
    counted = details.get("DriftedStackInstancesCount", 0)
    for _ in range(_ROUNDS):
        instances = list_instances(client, name)
        if sum(one.drift == "DRIFTED" for one in instances) == counted:
            return instances
        # The lists of a set are eventually consistent: see ListStackSetOperationResults.
        pace.pause(news=False)
    raise RolloutError(
        f"operation {operation_id} counted {counted} drifted stacks of {name}, but their list "
        "does not match yet",
        hint="run the same command again in a minute",
    )


def _of_instance(
    client: CloudFormationClient, name: str, operation_id: str, instance: Instance
) -> Iterator[Drift]:
    # This call has no paginator in botocore.
    more: dict[str, Any] = {}
    while True:
        page = client.list_stack_instance_resource_drifts(
            StackSetName=name,
            StackInstanceAccount=instance.account,
            StackInstanceRegion=instance.region,
            OperationId=operation_id,
            StackInstanceResourceDriftStatuses=["MODIFIED", "DELETED", "UNKNOWN"],
            MaxResults=PAGE_SIZE,
            **more,
        )
        for shown in page["Summaries"]:
            yield from read_drift(shown)
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}
