"""Creates, updates and deletes the IAM roles that self-managed stack sets need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.consequences import require_allowance
from payment_templates.rollout.errors import ExitCode, RolloutError, is_expired
from payment_templates.rollout.existing_stacks import ExistingStack, read_stack
from payment_templates.rollout.ownership import NOTHING_DELETED, require_description
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack.recovery import delete_failed, delete_stack
from payment_templates.rollout.stack.removal import list_removals
from payment_templates.rollout.stack.review import has_any
from payment_templates.rollout.stack_set.roles import roles_stack as roles
from payment_templates.rollout.stack_set.roles.trust import (
    missing_trust,
    regional_principals,
    trusted_regional_principals,
)
from payment_templates.rollout.stack_set.roles.usage import find_usage
from payment_templates.rollout.stack_states import NextStep, StackState, find_stack, next_step
from payment_templates.rollout.template_upload import prepare_body
from payment_templates.rollout.values import Values

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.cloudformation import Template
    from payment_templates.commands.command_runner import Tools
    from payment_templates.commands.inputs.command_inputs import Inputs

_PAGE = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "stacksets-prereqs-self-managed.html"
)


def require_roles(
    tools: Tools, regions: Sequence[str], inputs: Inputs, *, account: str, create_roles: bool
) -> bool:
    """Create and update the roles with --create-roles; return whether they may be new.

    Raises RolloutError when a role is missing and --create-roles was not given, and when a role
    that is not in the roles' stack does not trust CloudFormation in every region.
    """
    region = regions[0]
    if not create_roles:
        missing = roles.missing_roles(tools.session, region)
        if missing:
            raise RolloutError(
                f"the account has no role {' and no role '.join(missing)}",
                ExitCode.REFUSED,
                hint="pass --create-roles to create them",
            )
        _require_trust(tools, regions, account=account)
        return False
    client = clients.cloudformation(tools.session, region)
    state = _usable_roles_stack(tools, region)
    missing = roles.missing_roles(tools.session, region)
    own = roles.own_roles(client) if state else ()
    gone = [name for name in own if name in missing]
    if state and state.settled and gone:
        raise RolloutError(
            f"the role {gone[0]} of the stack {roles.STACK_NAME} in {region} was deleted "
            "outside CloudFormation",
            hint="delete that stack, then run the same command again",
        )
    names = {*own, *missing}
    deployed = False
    if names:
        principals = set(regional_principals(tools.session, regions))
        if roles.ADMINISTRATION in names and roles.ADMINISTRATION not in missing:
            # Other sets of the account use the role in other regions.
            principals.update(trusted_regional_principals(tools.session, region))
        template = roles.roles_template(inputs.template, names, principals)
        if state is None or not state.settled or not roles.is_current(client, template):
            _deploy(tools, region, template)
            deployed = True
    # IAM may still show the former trust of a role that was just updated.
    _require_trust(
        tools,
        regions,
        account=account,
        create_roles=True,
        updated=names if deployed else (),
    )
    return bool(names)


def _require_trust(
    tools: Tools,
    regions: Sequence[str],
    *,
    account: str,
    create_roles: bool = False,
    updated: Collection[str] = (),
) -> None:
    try:
        found = missing_trust(tools.session, regions, account=account)
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


def report_other_accounts(tools: Tools, accounts: Sequence[str], own: str) -> None:
    """Return which role the other accounts need; only those accounts can create it."""
    others = [account for account in accounts if account != own]
    if others:
        tools.output.tell(
            f"{quantity(len(others), 'other account needs', 'other accounts each need')} a role "
            f"{roles.EXECUTION} that trusts account {own}; --create-roles cannot create it there: "
            f"{_PAGE}"
        )


def _usable_roles_stack(tools: Tools, region: str) -> StackState | None:
    client = clients.cloudformation(tools.session, region)
    state = find_stack(client, roles.STACK_NAME)
    if state is None or state.status == "DELETE_COMPLETE":
        return None
    require_description(client, state, roles.DESCRIPTION)
    if next_step(state) is NextStep.RECREATE:
        # Nothing can depend on roles that were never created.
        require_allowance(list_removals(tools.session, region, state), ())
        tools.output.tell(f"{state.name} is {state.status}: deleting it, to create the roles again")
        delete_failed(tools.session, region, state, tools.output, tools.pace())
        return None
    return None if next_step(state) is NextStep.CREATE else state


def _deploy(tools: Tools, region: str, template: Template) -> None:
    outcome = deploy(
        tools.session,
        Deployment(
            region=region,
            stack_name=roles.STACK_NAME,
            suffix=None,
            template=template,
            body=prepare_body(tools.session, region, template, account="", bucket=None),
            values=Values(open={}),
            may_continue_rollback=True,
        ),
        tools.output,
        tools.pace(),
    )
    if not outcome.succeeded:
        raise RolloutError(f"the stack {roles.STACK_NAME} could not be created")


@dataclass(frozen=True, kw_only=True)
class RolesDeletion:
    """The stacks of the roles to delete; none of those that were found if they must be kept."""

    found: bool = False
    stacks: tuple[ExistingStack, ...] = ()


def plan_deletion(
    tools: Tools, regions: Sequence[str], *, own_sets: Sequence[str]
) -> RolesDeletion:
    """Find the stacks of the roles; say why, if they must be kept.

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
