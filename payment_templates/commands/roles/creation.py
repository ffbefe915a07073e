"""Creates and updates the roles of StackSets on request, else requires them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.commands.roles.search import find_home, roles_stack_in
from payment_templates.commands.roles.trust import require_trust
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.consequences import require_allowance
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack.removal import list_removals
from payment_templates.rollout.stack.stuck.failed_creation import delete_failed
from payment_templates.rollout.stack_set.chosen_roles import ADMINISTRATION, EXECUTION, ChosenRoles
from payment_templates.rollout.stack_set.roles import roles_stack as roles
from payment_templates.rollout.stack_set.roles.execution_policies import (
    ExecutionPolicies,
    execution_policies,
)
from payment_templates.rollout.stack_set.roles.trust import (
    regional_principals,
    trusted_regional_principals,
)
from payment_templates.rollout.stack_states import NextStep, StackState, next_step
from payment_templates.rollout.template_upload import prepare_body
from payment_templates.rollout.values import Values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.cloudformation import Template
    from payment_templates.commands.command_runner import Tools

_PAGE = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "stacksets-prereqs-self-managed.html"
)


@dataclass(frozen=True, kw_only=True)
class RolesRequest:
    """The roles that a rollout needs."""

    regions: Sequence[str]
    template: Template
    account: str
    # --create-roles.
    create: bool
    chosen: ChosenRoles
    tags: Mapping[str, str]


def plan_roles(tools: Tools, wanted: RolesRequest) -> bool:
    """Say what `change_roles` will do; returns whether it will change anything.

    Raises RolloutError when a role is missing and --create-roles was not given, when a role that is
    not in the roles' stack does not trust CloudFormation in every region, and when the policies
    exceed IAM's limits.
    """
    if not wanted.create:
        _require_existing(tools, wanted)
        return False
    region = find_home(tools, wanted.regions, tools.output.tell)
    there = "" if region == wanted.regions[0] else f" in {region}"
    state = roles_stack_in(tools, region)
    if state is not None and next_step(state) is NextStep.RECREATE:
        require_allowance(list_removals(tools.session, region, state), ())
        tools.output.tell(f"plan: delete the stack {roles.STACK_NAME}{there}, and create it again")
        return True
    plan = _plan(tools, wanted, region, state)
    for note in plan.notes:
        tools.output.tell(note)
    if plan.template is not None:
        how = "update" if state else "create"
        tools.output.tell(
            f"plan: {how} the stack {roles.STACK_NAME}{there} with the roles of StackSets"
        )
    return plan.template is not None


def change_roles(tools: Tools, wanted: RolesRequest) -> bool:
    """Create and update the roles with --create-roles; return whether they may be new.

    Raises RolloutError where `plan_roles` does.
    """
    if not wanted.create:
        return False
    # Someone else may have changed the roles since the plan was shown.
    region = find_home(tools, wanted.regions)
    state = _usable_roles_stack(tools, region)
    plan = _plan(tools, wanted, region, state)
    if plan.template is not None:
        _deploy(tools, wanted, region, plan.template)
    return bool(plan.names)


def report_other_accounts(tools: Tools, accounts: Sequence[str], own: str) -> None:
    """Say which role the other accounts need; only those accounts can create it."""
    others = [account for account in accounts if account != own]
    if others:
        tools.output.tell(
            f"{quantity(len(others), 'other account needs', 'other accounts each need')} a role "
            f"{EXECUTION} that trusts account "
            f"{own}; --create-roles cannot create it there: {_PAGE}"
        )


def _require_existing(tools: Tools, wanted: RolesRequest) -> None:
    missing = roles.missing_roles(tools.session, wanted.regions[0], wanted.chosen)
    if missing:
        raise RolloutError(
            f"the account has no role {' and no role '.join(missing)}",
            ExitCode.REFUSED,
            hint="create it, or name another one"
            if wanted.chosen.given
            else "pass --create-roles to create them",
        )
    require_trust(
        tools, wanted.regions, account=wanted.account, chosen=wanted.chosen, create_roles=False
    )


@dataclass(frozen=True, kw_only=True)
class _Plan:
    # The roles that the stack will have; none if the account's own ones are used.
    names: frozenset[str]
    # None if nothing is to be deployed.
    template: Template | None
    notes: tuple[str, ...] = ()


def _plan(tools: Tools, wanted: RolesRequest, region: str, state: StackState | None) -> _Plan:
    """Return what to deploy; raises RolloutError for a role that lacks trust, or IAM's limits."""
    plan = _planned(tools, wanted, region, state)
    require_trust(
        tools,
        wanted.regions,
        account=wanted.account,
        chosen=wanted.chosen,
        create_roles=True,
        updated=plan.names if plan.template is not None else (),
    )
    return plan


def _planned(tools: Tools, wanted: RolesRequest, region: str, state: StackState | None) -> _Plan:
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
    principals = set(regional_principals(tools.session, wanted.regions))
    if ADMINISTRATION in names and ADMINISTRATION not in missing:
        # Other sets of the account use the role in other regions.
        principals.update(trusted_regional_principals(tools.session, region))
    present = roles.present_template(client) if state else {}
    policies = (
        execution_policies(tools.session, wanted.regions, wanted.template, present)
        if EXECUTION in names
        else ExecutionPolicies(documents=())
    )
    template = roles.roles_template(names, policies.documents, principals)
    current = state is not None and state.settled and present == template.document
    return _Plan(names=names, template=None if current else template, notes=policies.notes)


def _usable_roles_stack(tools: Tools, region: str) -> StackState | None:
    state = roles_stack_in(tools, region)
    if state is None or next_step(state) is not NextStep.RECREATE:
        return state
    # Nothing can depend on roles that were never created.
    require_allowance(list_removals(tools.session, region, state), ())
    tools.output.tell(f"{state.name} is {state.status}: deleting it, to create the roles again")
    delete_failed(tools.session, region, state, tools.output, tools.pace())
    return None


def _deploy(tools: Tools, wanted: RolesRequest, region: str, template: Template) -> None:
    outcome = deploy(
        tools.session,
        Deployment(
            region=region,
            stack_name=roles.STACK_NAME,
            suffix=None,
            template=template,
            body=prepare_body(
                tools.session,
                region,
                template,
                account=wanted.account,
                bucket=None,
                tags=wanted.tags,
                tell=tools.output.tell,
            ),
            values=Values(open={}),
            tags=wanted.tags,
            may_continue_rollback=True,
        ),
        tools.output,
        tools.pace(),
    )
    if not outcome.succeeded:
        raise RolloutError(f"the stack {roles.STACK_NAME} could not be created")
