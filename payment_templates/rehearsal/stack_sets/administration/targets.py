"""Reads the target accounts and regions of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rehearsal.stack_sets.model.stack_set import Definition, StackSet, Target
from payment_templates.rehearsal.stack_sets.operations.roles import self_managed
from payment_templates.rehearsal.wire import ServiceError, validation_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudformation.type_defs import (
        CreateStackInstancesInputTypeDef,
        DeleteStackInstancesInputTypeDef,
        DeploymentTargetsUnionTypeDef,
        UpdateStackInstancesInputTypeDef,
        UpdateStackSetInputTypeDef,
    )

    InstancesRequest = (
        CreateStackInstancesInputTypeDef
        | UpdateStackInstancesInputTypeDef
        | DeleteStackInstancesInputTypeDef
        | UpdateStackSetInputTypeDef
    )


def read_targets(
    request: InstancesRequest,
    definition: Definition,
    *,
    administrator: str,
    known_regions: frozenset[str],
) -> dict[Target, str | None]:
    """Return the targets, by region, each with its organizational unit."""
    regions = tuple(dict.fromkeys(request.get("Regions", ())))
    if not regions:
        raise validation_error("Specify at least one value for Regions")
    unknown = [region for region in regions if region not in known_regions]
    if unknown:
        raise validation_error(
            f"Regions {unknown} do not exist; CloudFormation has {sorted(known_regions)}"
        )
    accounts, unit = _read_accounts(request, definition, administrator=administrator)
    return {Target(account, region): unit for region in regions for account in accounts}


def require_instances(stack_set: StackSet, targets: Sequence[Target]) -> None:
    """Raise ServiceError if a target has no instance."""
    for target in targets:
        if target not in stack_set.instances:
            raise ServiceError(
                "StackInstanceNotFoundException",
                f"Stack instance not found for StackSet {stack_set.name}, "
                f"account {target.account} and region {target.region}",
            )


def target_of_stack(stack_id: str) -> Target:
    """Return the account and region of a stack's ARN."""
    parts = stack_id.split(":")
    if not stack_id.startswith("arn:") or ":stack/" not in stack_id:
        raise validation_error(f"A stack ID is the ARN of a stack, got {stack_id!r}")
    return Target(parts[4], parts[3])


def _read_accounts(
    request: InstancesRequest, definition: Definition, *, administrator: str
) -> tuple[tuple[str, ...], str | None]:
    accounts = tuple(dict.fromkeys(request.get("Accounts", ())))
    no_targets: DeploymentTargetsUnionTypeDef = {}
    chosen = request.get("DeploymentTargets", no_targets)
    if accounts and chosen:
        raise validation_error("Specify either Accounts or DeploymentTargets, but not both")
    units = tuple(chosen.get("OrganizationalUnitIds", ()))
    listed = tuple(dict.fromkeys(chosen.get("Accounts", ())))
    if self_managed(definition):
        if units:
            raise validation_error(
                "StackSets with SELF_MANAGED permission model can only have accounts as target"
            )
        if not accounts and not listed:
            raise validation_error("Specify at least one value for Accounts or DeploymentTargets")
        return accounts or listed, None
    if not units:
        raise validation_error(
            "StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit "
            "as target"
        )
    return _filter(listed, chosen.get("AccountFilterType", "NONE"), administrator), units[0]


def _filter(listed: tuple[str, ...], kind: str, administrator: str) -> tuple[str, ...]:
    # The emulator has no organization: every unit contains only the administrator's account.
    members = (administrator,)
    if kind == "INTERSECTION":
        return tuple(account for account in members if account in listed)
    if kind == "DIFFERENCE":
        return tuple(account for account in members if account not in listed)
    return members if kind == "NONE" else tuple(dict.fromkeys(members + listed))
