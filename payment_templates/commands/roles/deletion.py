"""Deletes the stacks of the StackSets roles, unless a set may still use them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.connection import explain
from payment_templates.rollout.deletion.shown_data import require_shown_data
from payment_templates.rollout.errors import RolloutError, is_expired
from payment_templates.rollout.existing_stacks import ExistingStack, read_stack
from payment_templates.rollout.ownership import NOTHING_DELETED, require_description
from payment_templates.rollout.stack.deletion import delete_stack
from payment_templates.rollout.stack.open_change_sets import has_any
from payment_templates.rollout.stack_set.roles import roles_stack as roles
from payment_templates.rollout.stack_set.roles.usage import every_region, find_usage, reason_of
from payment_templates.rollout.stack_states import StackState, find_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.commands.command_runner import Tools


@dataclass(frozen=True, kw_only=True)
class RolesDeletion:
    """The stacks of the roles to delete; none of those that were found if they must be kept."""

    found: bool = False
    stacks: tuple[ExistingStack, ...] = ()
    # Where a stack of the roles may exist, and why it was not searched.
    not_searched: tuple[str, ...] = ()


def plan_deletion(
    tools: Tools, regions: Sequence[str], *, own_sets: Sequence[str]
) -> RolesDeletion:
    """Find the stacks of the roles; say why if they must be kept.

    `own_sets` are deleted before them. Raises RolloutError for a stack of someone else.
    """
    # IAM's roles are the same in all regions, and their stack is where the first rollout was.
    everywhere, gaps = every_region(tools.session, regions)
    found: list[ExistingStack] = []
    refused: list[str] = []
    for region in everywhere:
        try:
            found += _own_stack(tools, region)
        except RolloutError as error:
            if region in regions:
                raise
            tools.output.tell(f"{region}: {str(error).splitlines()[0]}")
        except (BotoCoreError, ClientError) as error:
            if region in regions:
                raise
            refused.append(f"{region} ({reason_of(error)})")
    not_searched = tuple(f"{roles.STACK_NAME} in {gap}" for gap in (*gaps, *refused))
    for gap in not_searched:
        tools.output.tell(f"not searched: {gap}")
    if not found:
        searched = quantity(len(everywhere) - len(refused), "region", "regions")
        tools.output.tell(f"no stack {roles.STACK_NAME} found in {searched}")
    usage = find_usage(tools.session, regions, besides=own_sets) if found else None
    if usage is not None and usage.reason:
        tools.output.tell(f"the StackSets roles will not be deleted: {usage.reason}")
        return RolesDeletion(found=True, not_searched=not_searched)
    return RolesDeletion(found=bool(found), stacks=tuple(found), not_searched=not_searched)


def delete_roles(
    tools: Tools, regions: Sequence[str], planned: RolesDeletion
) -> RolloutError | None:
    """Delete the planned stacks of the roles; returns why they stay, such as a set that uses them.

    The error is returned, so that the leftovers are reported first.
    """
    if not planned.found:
        return None
    try:
        _delete_roles(tools, regions, planned)
    except RolloutError as error:
        return error
    except ClientError as error:
        if is_expired(error):
            raise
        return explain(error)
    return None


def _delete_roles(tools: Tools, regions: Sequence[str], planned: RolesDeletion) -> None:
    usage = find_usage(tools.session, regions)
    if usage.reason:
        raise RolloutError(
            f"the StackSets roles are not deleted: {usage.reason}",
            hint="delete that stack set first" if usage.sets else "allow to look there",
        )
    if not planned.stacks:
        # Nothing is deleted that was not shown before the confirmation.
        raise RolloutError(
            "the StackSets roles are not deleted: a stack set used them when the deletion was "
            "planned",
            hint="run the same command again: nothing uses them any more",
        )
    for stack in planned.stacks:
        follower = delete_stack(
            tools.session,
            stack.region,
            stack.stack_id,
            tools.output,
            tools.pace(),
            require=partial(require_shown_data, tools.session, stack),
        )
        if follower.cause is not None:
            raise RolloutError(
                f"{stack.name} in {stack.region} cannot be deleted: {follower.cause.reason}"
            )
        tools.output.tell(f"{stack.name} in {stack.region} is deleted")


def _own_stack(tools: Tools, region: str) -> Iterator[ExistingStack]:
    client = clients.cloudformation(tools.session, region)
    state = find_stack(client, roles.STACK_NAME)
    if state is not None and state.status != "DELETE_COMPLETE":
        _require_own(client, state, so=NOTHING_DELETED)
        yield read_stack(tools.session, region, state.stack_id, made_by="rollout --create-roles")


def _require_own(client: CloudFormationClient, state: StackState, *, so: str) -> None:
    # A stack in review has no template by which it could be identified.
    if state.status == "REVIEW_IN_PROGRESS" and has_any(client, state.name):
        raise RolloutError(
            f"{state.name} is in review for a change set; {so}",
            ExitCode.REFUSED,
            hint="wait until it is executed or deleted",
        )
    require_description(client, state, roles.DESCRIPTION, so=so)
