"""Finds the stack of the StackSets roles, which is where the account's first rollout was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.ownership import require_description
from payment_templates.rollout.stack_set.chosen_roles import ADMINISTRATION, EXECUTION
from payment_templates.rollout.stack_set.roles import roles_stack as roles
from payment_templates.rollout.stack_set.roles.usage import every_region, reason_of
from payment_templates.rollout.stack_states import NextStep, StackState, find_stack, next_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from payment_templates.commands.command_runner import Tools


def _ignore(_line: str) -> None:
    """Say nothing."""


def find_home(tools: Tools, regions: Sequence[str], tell: Callable[[str], None] = _ignore) -> str:
    """Return the region of the roles' stack, or where it is to be created: the first one.

    Says where it could not search, and which stack of that name belongs to someone else.
    """
    first = regions[0]
    missing = roles.missing_roles(tools.session, first)
    # Without a role, no stack of another region matters.
    if _exists(tools, first) or {ADMINISTRATION, EXECUTION} <= {*missing}:
        return first
    everywhere, gaps = every_region(tools.session, regions)
    refused: list[str] = []
    for region in everywhere:
        try:
            if region != first and roles_stack_in(tools, region) is not None:
                return region
        except RolloutError as error:
            tell(f"{region}: {str(error).splitlines()[0]}")
        except (BotoCoreError, ClientError) as error:
            refused.append(f"{region} ({reason_of(error)})")
    for gap in (*gaps, *refused):
        tell(f"not searched: {roles.STACK_NAME} in {gap}")
    return first


def roles_stack_in(tools: Tools, region: str) -> StackState | None:
    """Return the roles' stack in a region; raises RolloutError for one of someone else."""
    client = clients.cloudformation(tools.session, region)
    state = find_stack(client, roles.STACK_NAME)
    if state is None or state.status == "DELETE_COMPLETE":
        return None
    require_description(client, state, roles.DESCRIPTION)
    return None if next_step(state) is NextStep.CREATE else state


def _exists(tools: Tools, region: str) -> bool:
    state = find_stack(clients.cloudformation(tools.session, region), roles.STACK_NAME)
    return state is not None and state.status != "DELETE_COMPLETE"
