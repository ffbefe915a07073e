"""Deletes the stacks of a set, the primary region last, then the set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack.recovery import ADDRESS
from payment_templates.rollout.stack_set.instances import Instance, list_instances
from payment_templates.rollout.stack_set.operations import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_set.operations.follow import OperationResult


def delete_stack_set(
    client: CloudFormationClient,
    name: str,
    primary: str,
    follow: Callable[[str], OperationResult],
    wait_until_idle: Callable[[], None],
) -> OperationResult | None:
    """Delete all instances, then the set; returns the operation that failed, if any."""
    wait_until_idle()
    instances = list_instances(client, name)
    for arguments in _groups(client, name, instances, primary):
        call = partial(_delete_instances, client, name, arguments)
        result = follow(running.start(client, name, call, wait_until_idle, Pace()))
        if result.causes and all(cause.resource_type == ADDRESS for cause in result.causes):
            # EC2 releases them seconds after their NAT gateways: terraform-provider-aws 49299.
            result = follow(running.start(client, name, call, wait_until_idle, Pace()))
        if not result.succeeded:
            return result
    try:
        client.delete_stack_set(StackSetName=name)
    except client.exceptions.StackSetNotFoundException:
        # The response to an earlier attempt was lost.
        return None
    return None


def _delete_instances(
    client: CloudFormationClient, name: str, arguments: dict[str, Any], operation_id: str
) -> str:
    answer = client.delete_stack_instances(
        StackSetName=name, RetainStacks=False, OperationId=operation_id, **arguments
    )
    return answer["OperationId"]


def _groups(
    client: CloudFormationClient, name: str, instances: Sequence[Instance], primary: str
) -> Iterator[dict[str, Any]]:
    regions = sorted({one.region for one in instances}, key=lambda region: region == primary)
    shown = client.describe_stack_set(StackSetName=name)["StackSet"]
    if shown.get("PermissionModel") == "SERVICE_MANAGED":
        if regions:
            units = shown.get("OrganizationalUnitIds", [])
            yield {**_in_order(regions), "DeploymentTargets": {"OrganizationalUnitIds": units}}
        return
    # A call deletes every account in every region: groups the regions with the same accounts.
    accounts = {
        region: tuple(sorted(one.account for one in instances if one.region == region))
        for region in regions
    }
    for members in dict.fromkeys(accounts.values()):
        alike = [region for region in regions if accounts[region] == members]
        yield {**_in_order(alike), "Accounts": [*members]}


def _in_order(regions: Sequence[str]) -> dict[str, Any]:
    return {
        "Regions": [*regions],
        "OperationPreferences": {
            "RegionConcurrencyType": "SEQUENTIAL",
            "RegionOrder": [*regions],
            "FailureToleranceCount": 0,
            "MaxConcurrentCount": 1,
        },
    }
