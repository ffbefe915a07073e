"""The roles of StackSets: made when they are missing and asked for, and taken away when asked."""

from collections.abc import Sequence

from payment_templates.commands.command_inputs import Inputs
from payment_templates.commands.command_runner import Tools
from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack.recovery import delete_failed, delete_stack
from payment_templates.rollout.stack.states import NextStep, StackState, find_stack, next_step
from payment_templates.rollout.stack_set import roles
from payment_templates.rollout.stack_set.definition import self_managed_sets
from payment_templates.rollout.template import Template
from payment_templates.rollout.template_upload import prepare_body
from payment_templates.rollout.values import Values

_PAGE = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "stacksets-prereqs-self-managed.html"
)


def require_roles(tools: Tools, region: str, inputs: Inputs, *, create_roles: bool) -> bool:
    """Create and update the roles when asked to, and say whether they may be new.

    Raises RolloutError when one is missing and nothing was asked.
    """
    if not create_roles:
        missing = roles.missing_roles(tools.session, region)
        if missing:
            raise RolloutError(
                f"the account has no role {' and no role '.join(missing)}; give --create-roles",
                ExitCode.REFUSED,
            )
        return False
    client = clients.cloudformation(tools.session, region)
    state = _without_wreck(tools, region)
    missing = roles.missing_roles(tools.session, region)
    own = roles.own_roles(client) if state else ()
    gone = [name for name in own if name in missing]
    if state and state.settled and gone:
        raise RolloutError(
            f"the stack {roles.STACK_NAME} in {region} holds the role {gone[0]}, which someone "
            "deleted; delete that stack, then run the same command again"
        )
    names = {*own, *missing}
    if not names:
        return False
    template = roles.roles_template(inputs.template, names)
    if state is None or not state.settled or not roles.is_current(client, template):
        _deploy(tools, region, template)
    return True


def tell_of_other_accounts(tools: Tools, accounts: Sequence[str], own: str) -> None:
    """Say what the other accounts need, which no one can make from here."""
    others = [account for account in accounts if account != own]
    if others:
        tools.talk.tell(
            f"{len(others)} other accounts need a role {roles.EXECUTION} each that trusts account "
            f"{own}; --create-roles cannot create it there: {_PAGE}"
        )


def _without_wreck(tools: Tools, region: str) -> StackState | None:
    state = find_stack(clients.cloudformation(tools.session, region), roles.STACK_NAME)
    if state is None or state.status == "DELETE_COMPLETE":
        return None
    if next_step(state) is NextStep.RECREATE:
        # Nothing can depend on roles that never came up.
        tools.talk.tell(f"{state.name} is {state.status}: deleting it, to create the roles again")
        delete_failed(tools.session, region, state, tools.talk, tools.pace())
        return None
    return None if next_step(state) is NextStep.CREATE else state


def _deploy(tools: Tools, region: str, template: Template) -> None:
    outcome = deploy(
        tools.session,
        Deployment(
            region=region,
            stack_name=roles.STACK_NAME,
            template=template,
            body=prepare_body(tools.session, region, template, account="", bucket=None),
            values=Values(open={}),
            may_continue_rollback=True,
        ),
        tools.talk,
        tools.pace(),
    )
    if not outcome.succeeded:
        raise RolloutError(f"the stack {roles.STACK_NAME} could not be created")


def delete_roles(tools: Tools, regions: Sequence[str]) -> None:
    """Delete the stack of the roles; raises RolloutError while a set of these regions needs it."""
    using = [
        f"{name} in {region}"
        for region in regions
        for name in self_managed_sets(clients.cloudformation(tools.session, region))
    ]
    if using:
        raise RolloutError(
            f"the StackSets roles are not deleted: {', '.join(using)} uses them; destroy that first"
        )
    for region in regions:
        state = find_stack(clients.cloudformation(tools.session, region), roles.STACK_NAME)
        if state is None or state.status == "DELETE_COMPLETE":
            continue
        follower = delete_stack(tools.session, region, state.stack_id, tools.talk, tools.pace())
        if follower.cause is not None:
            raise RolloutError(f"{roles.STACK_NAME} in {region}: {follower.cause.reason}")
        tools.talk.tell(f"{roles.STACK_NAME} in {region} is gone")
