"""Deletes the stacks of the StackSets roles, unless a set may still use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.existing_stacks import ExistingStack, read_stack
from payment_templates.rollout.ownership import NOTHING_DELETED, require_description
from payment_templates.rollout.stack.open_change_sets import has_any
from payment_templates.rollout.stack.recovery import delete_stack
from payment_templates.rollout.stack_set.roles import roles_stack as roles
from payment_templates.rollout.stack_set.roles.usage import find_usage
from payment_templates.rollout.stack_states import StackState, find_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.commands.command_runner import Tools


@dataclass(frozen=True, kw_only=True)
class RolesDeletion:
    """The stacks of the roles to delete; none of those that were found if they must be kept."""

    found: bool = False
    stacks: tuple[ExistingStack, ...] = ()


def plan_deletion(
    tools: Tools, regions: Sequence[str], *, own_sets: Sequence[str]
) -> RolesDeletion:
    """Find the stacks of the roles; say why if they must be kept.

    `own_sets` are deleted before them. Raises RolloutError for a stack of someone else.
    """
    found: list[ExistingStack] = []
    for region in regions:
        client = clients.cloudformation(tools.session, region)
        state = find_stack(client, roles.STACK_NAME)
        if state is None or state.status == "DELETE_COMPLETE":
            continue
        _require_own(client, state, so=NOTHING_DELETED)
        found.append(
            read_stack(tools.session, region, state.stack_id, made_by="rollout --create-roles")
        )
    usage = find_usage(tools.session, regions, besides=own_sets) if found else None
    if usage is not None and usage.reason:
        tools.output.tell(f"the StackSets roles will not be deleted: {usage.reason}")
        return RolesDeletion(found=True)
    return RolesDeletion(found=bool(found), stacks=tuple(found))


def delete_roles(tools: Tools, regions: Sequence[str], planned: RolesDeletion) -> None:
    """Delete the planned stacks of the roles; raises RolloutError while a set may use them."""
    if not planned.found:
        return
    usage = find_usage(tools.session, regions)
    if usage.reason:
        raise RolloutError(
            f"the StackSets roles are not deleted: {usage.reason}",
            hint="delete that stack set first" if usage.sets else "allow to look there",
        )
    for stack in planned.stacks:
        follower = delete_stack(
            tools.session, stack.region, stack.stack_id, tools.output, tools.pace()
        )
        if follower.cause is not None:
            raise RolloutError(
                f"{stack.name} in {stack.region} cannot be deleted: {follower.cause.reason}"
            )
        tools.output.tell(f"{stack.name} in {stack.region} is deleted")


def _require_own(client: CloudFormationClient, state: StackState, *, so: str) -> None:
    # A stack in review has no template by which it could be identified.
    if state.status == "REVIEW_IN_PROGRESS" and has_any(client, state.name):
        raise RolloutError(
            f"{state.name} is in review for a change set; {so}",
            ExitCode.REFUSED,
            hint="wait until it is executed or deleted",
        )
    require_description(client, state, roles.DESCRIPTION, so=so)
