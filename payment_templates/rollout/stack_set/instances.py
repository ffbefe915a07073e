"""The stacks of a set, and whether each follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackInstanceSummaryTypeDef

# ListStackInstances and ListStackSetOperationResults, MaxResults.
PAGE_SIZE = 100


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One account in one region, and its stack."""

    account: str
    region: str
    stack_id: str
    # CURRENT, OUTDATED or INOPERABLE.
    status: str
    reason: str
    drift: str


def list_instances(client: CloudFormationClient, name: str) -> tuple[Instance, ...]:
    """Give all instances of a set."""
    return tuple(_listed(client, name))


def read_overrides(
    client: CloudFormationClient, name: str, instance: Instance
) -> Mapping[str, str]:
    """Give the values in which an instance differs from its set."""
    shown = client.describe_stack_instance(
        StackSetName=name,
        StackInstanceAccount=instance.account,
        StackInstanceRegion=instance.region,
    )["StackInstance"]
    return {
        entry.get("ParameterKey", ""): entry.get("ParameterValue", "")
        for entry in shown.get("ParameterOverrides", ())
    }


def _listed(client: CloudFormationClient, name: str) -> Iterator[Instance]:
    pages = client.get_paginator("list_stack_instances").paginate(
        StackSetName=name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    for page in pages:
        yield from map(_instance, page["Summaries"])


def _instance(shown: StackInstanceSummaryTypeDef) -> Instance:
    return Instance(
        account=shown.get("Account", ""),
        region=shown.get("Region", ""),
        stack_id=shown.get("StackId", ""),
        status=shown.get("Status", ""),
        reason=shown.get("StatusReason", ""),
        drift=shown.get("DriftStatus", ""),
    )
