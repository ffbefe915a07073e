"""Where the stacks of a set are no longer what their template says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.rollout.stack.drift import Drift, read_drift
from payment_templates.rollout.stack_set import operations
from payment_templates.rollout.stack_set.instances import PAGE_SIZE, Instance, list_instances

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_set.follow import Ended


def detect_set_drift(
    client: CloudFormationClient,
    name: str,
    follow: Callable[[str], Ended],
    settle: Callable[[], None],
) -> tuple[Drift, ...]:
    """Compare all stacks of a set with their template, in one operation."""
    ended = follow(
        operations.begin(
            client,
            name,
            lambda identity: client.detect_stack_set_drift(StackSetName=name, OperationId=identity)[
                "OperationId"
            ],
            settle,
        )
    )
    drifted = [one for one in list_instances(client, name) if one.drift == "DRIFTED"]
    found = [
        drift
        for instance in drifted
        for drift in _of_instance(client, name, ended.operation_id, instance)
    ]
    return tuple(found)


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
            StackInstanceResourceDriftStatuses=["MODIFIED", "DELETED"],
            MaxResults=PAGE_SIZE,
            **more,
        )
        for shown in page["Summaries"]:
            yield from read_drift(shown)
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}
