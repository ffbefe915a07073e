"""Lists the stack instances of a set and their status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackInstanceSummaryTypeDef

# ListStackInstances and ListStackSetOperationResults, MaxResults.
PAGE_SIZE = 100
# A line names this many instances and counts the others.
_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A stack instance: one account in one region, and its stack."""

    account: str
    region: str
    stack_id: str
    # CURRENT, OUTDATED or INOPERABLE.
    status: str
    reason: str
    drift: str
    # The unit given when the instance was created; empty with self-managed permissions.
    organizational_unit: str = ""

    def __str__(self) -> str:
        """Return account and region."""
        return f"{self.account}/{self.region}"


def named(instances: Sequence[Instance]) -> str:
    """Return the first 20 instances as text, and the number of the others."""
    more = len(instances) - _NAMED
    names = ", ".join(str(one) for one in instances[:_NAMED])
    return f"{names} and {more} more" if more > 0 else names


def regions_of(instances: Sequence[Instance]) -> tuple[str, ...]:
    """Return each region of the instances once."""
    return tuple(dict.fromkeys(one.region for one in instances))


def list_instances(client: CloudFormationClient, name: str) -> tuple[Instance, ...]:
    """Return all instances of a set."""
    return tuple(_listed(client, name))


def read_overrides(
    client: CloudFormationClient, name: str, instance: Instance
) -> Mapping[str, str]:
    """Return the parameter overrides of an instance."""
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
        organizational_unit=shown.get("OrganizationalUnitId", ""),
    )
