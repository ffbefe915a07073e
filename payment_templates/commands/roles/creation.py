"""Creates and updates the roles of StackSets on request, else requires them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.commands.roles.trust import require_trust
from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.consequences import require_allowance
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.ownership import require_description
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack.recovery import delete_failed
from payment_templates.rollout.stack.removal import list_removals
from payment_templates.rollout.stack_set.chosen_roles import ADMINISTRATION, EXECUTION, ChosenRoles
from payment_templates.rollout.stack_set.roles import roles_stack as roles
from payment_templates.rollout.stack_set.roles.trust import (
    regional_principals,
    trusted_regional_principals,
)
from payment_templates.rollout.stack_states import NextStep, StackState, find_stack, next_step
from payment_templates.rollout.template_upload import prepare_body
from payment_templates.rollout.values import Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.cloudformation import Template
    from payment_templates.commands.command_runner import Tools
    from payment_templates.commands.inputs.command_inputs import Inputs

_PAGE = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "stacksets-prereqs-self-managed.html"
)


def require_roles(
    tools: Tools,
    regions: Sequence[str],
    inputs: Inputs,
    *,
    account: str,
    create_roles: bool,
    chosen: ChosenRoles,
    tags: Mapping[str, str],
) -> bool:
    """Create and update the roles with --create-roles; return whether they may be new.

    Raises RolloutError when a role is missing and --create-roles was not given, and when a role
    that is not in the roles' stack does not trust CloudFormation in every region.
    """
    if not create_roles:
        _require_existing(tools, regions, account, chosen)
        return False
    state = _usable_roles_stack(tools, regions[0])
    plan = _plan(tools, regions, inputs, state)
    if plan.template is not None:
        _deploy(tools, regions[0], plan.template, tags)
    require_trust(
        tools,
        regions,
        account=account,
        chosen=chosen,
        create_roles=True,
        updated=plan.names if plan.template is not None else (),
    )
    return bool(plan.names)


def preview_roles(
    tools: Tools,
    regions: Sequence[str],
    inputs: Inputs,
    *,
    account: str,
    create_roles: bool,
    chosen: ChosenRoles,
) -> bool:
    """Say what `require_roles` would do; returns whether it would change anything.

    Raises RolloutError where `require_roles` does.
    """
    if not create_roles:
        _require_existing(tools, regions, account, chosen)
        return False
    state = _roles_stack(tools, regions[0])
    if state is not None and next_step(state) is NextStep.RECREATE:
        require_allowance(list_removals(tools.session, regions[0], state), ())
        tools.output.tell(f"plan: delete the stack {roles.STACK_NAME}, and create it again")
        return True
    plan = _plan(tools, regions, inputs, state)
    if plan.template is not None:
        how = "update" if state else "create"
        tools.output.tell(f"plan: {how} the stack {roles.STACK_NAME} with the roles of StackSets")
    require_trust(
        tools,
        regions,
        account=account,
        chosen=chosen,
        create_roles=True,
        updated=plan.names if plan.template is not None else (),
    )
    return plan.template is not None


def report_other_accounts(tools: Tools, accounts: Sequence[str], own: str) -> None:
    """Return which role the other accounts need; only those accounts can create it."""
    others = [account for account in accounts if account != own]
    if others:
        tools.output.tell(
            f"{quantity(len(others), 'other account needs', 'other accounts each need')} a role "
            f"{EXECUTION} that trusts account "
            f"{own}; --create-roles cannot create it there: {_PAGE}"
        )


def _require_existing(
    tools: Tools, regions: Sequence[str], account: str, chosen: ChosenRoles
) -> None:
    missing = roles.missing_roles(tools.session, regions[0], chosen)
    if missing:
        raise RolloutError(
            f"the account has no role {' and no role '.join(missing)}",
            ExitCode.REFUSED,
            hint="create it, or name another one"
            if chosen.given
            else "pass --create-roles to create them",
        )
    require_trust(tools, regions, account=account, chosen=chosen, create_roles=False)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    # The roles that the stack will have; none if the account's own ones are used.
    names: frozenset[str]
    # None if nothing is to be deployed.
    template: Template | None


def _plan(tools: Tools, regions: Sequence[str], inputs: Inputs, state: StackState | None) -> _Plan:
    region = regions[0]
    client = clients.cloudformation(tools.session, region)
    missing = roles.missing_roles(tools.session, region)
    own = roles.own_roles(client) if state else ()
    gone = [name for name in own if name in missing]
    if state and state.settled and gone:
        raise RolloutError(
            f"the role {gone[0]} of the stack {roles.STACK_NAME} in {region} was deleted "
            "outside CloudFormation",
            hint="delete that stack, then run the same command again",
        )
    names = frozenset({*own, *missing})
    if not names:
        return _Plan(names=names, template=None)
    principals = set(regional_principals(tools.session, regions))
    if ADMINISTRATION in names and ADMINISTRATION not in missing:
        # Other sets of the account use the role in other regions.
        principals.update(trusted_regional_principals(tools.session, region))
    template = roles.roles_template(inputs.template, names, principals)
    current = state is not None and state.settled and roles.is_current(client, template)
    return _Plan(names=names, template=None if current else template)


def _roles_stack(tools: Tools, region: str) -> StackState | None:
    client = clients.cloudformation(tools.session, region)
    state = find_stack(client, roles.STACK_NAME)
    if state is None or state.status == "DELETE_COMPLETE":
        return None
    require_description(client, state, roles.DESCRIPTION)
    return None if next_step(state) is NextStep.CREATE else state


def _usable_roles_stack(tools: Tools, region: str) -> StackState | None:
    state = _roles_stack(tools, region)
    if state is None or next_step(state) is not NextStep.RECREATE:
        return state
    # Nothing can depend on roles that were never created.
    require_allowance(list_removals(tools.session, region, state), ())
    tools.output.tell(f"{state.name} is {state.status}: deleting it, to create the roles again")
    delete_failed(tools.session, region, state, tools.output, tools.pace())
    return None


def _deploy(tools: Tools, region: str, template: Template, tags: Mapping[str, str]) -> None:
    outcome = deploy(
        tools.session,
        Deployment(
            region=region,
            stack_name=roles.STACK_NAME,
            suffix=None,
            template=template,
            body=prepare_body(tools.session, region, template, account="", bucket=None),
            values=Values(open={}),
            tags=tags,
            may_continue_rollback=True,
        ),
        tools.output,
        tools.pace(),
    )
    if not outcome.succeeded:
        raise RolloutError(f"the stack {roles.STACK_NAME} could not be created")
