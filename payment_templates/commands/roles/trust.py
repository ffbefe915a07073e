"""Requires that the roles of StackSets trust CloudFormation in every region of a rollout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, is_expired
from payment_templates.rollout.stack_set.roles import roles_stack as roles
from payment_templates.rollout.stack_set.roles.trust import missing_trust
from payment_templates.rollout.stack_states import find_stack

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from payment_templates.commands.command_runner import Tools
    from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles


def require_trust(
    tools: Tools,
    regions: Sequence[str],
    *,
    account: str,
    chosen: ChosenRoles,
    create_roles: bool,
    updated: Collection[str] = (),
) -> None:
    """Raise RolloutError if a role does not trust CloudFormation in every region.

    Not for the `updated` ones: IAM may still show the former trust of a role that was just updated.
    """
    try:
        found = missing_trust(tools.session, regions, account=account, chosen=chosen)
    except ClientError as error:
        if is_expired(error):
            raise
        # The check is not worth a permission that the rollout itself does not need.
        return
    found = tuple(one for one in found if one.role not in updated)
    if not found:
        return
    client = clients.cloudformation(tools.session, regions[0])
    own = roles.own_roles(client) if find_stack(client, roles.STACK_NAME) else ()
    by_option = not create_roles and all(one.role in own for one in found)
    raise RolloutError(
        "; ".join(one.what for one in found),
        ExitCode.REFUSED,
        hint="pass --create-roles to update them" if by_option else found[0].remediation,
    )
