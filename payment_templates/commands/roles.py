"""The roles of StackSets: made when they are missing and asked for, and taken away when asked."""

from collections.abc import Sequence

from payment_templates.commands.edge import Tools
from payment_templates.commands.inputs import Inputs
from payment_templates.rollout import clients
from payment_templates.rollout.body import place_body
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack.states import find_stack
from payment_templates.rollout.stack.unstick import delete_stack
from payment_templates.rollout.stack_set import roles
from payment_templates.rollout.stack_set.definition import self_managed_sets
from payment_templates.rollout.values import Values


def require_roles(tools: Tools, region: str, inputs: Inputs, *, create_roles: bool) -> None:
    """Create the roles that are missing when asked to; raises RolloutError when not."""
    missing = roles.missing_roles(tools.session, region)
    if not missing:
        return
    if not create_roles:
        raise RolloutError(
            f"the account has no role {' and no role '.join(missing)}; give --create-roles",
            ExitCode.REFUSED,
        )
    template = roles.roles_template(inputs.template)
    outcome = deploy(
        tools.session,
        Deployment(
            region=region,
            stack_name=roles.STACK_NAME,
            template=template,
            body=place_body(tools.session, region, template, account="", bucket=None),
            values=Values(open={}),
        ),
        tools.talk,
        tools.pace(),
    )
    if not outcome.succeeded:
        raise RolloutError(f"the stack {roles.STACK_NAME} did not come up")


def delete_roles(tools: Tools, regions: Sequence[str]) -> None:
    """Delete the stack of the roles; raises RolloutError while a set of these regions needs it."""
    using = [
        f"{name} in {region}"
        for region in regions
        for name in self_managed_sets(clients.cloudformation(tools.session, region))
    ]
    if using:
        raise RolloutError(
            f"the roles of StackSets stay: {', '.join(using)} works with them; destroy that first"
        )
    for region in regions:
        state = find_stack(clients.cloudformation(tools.session, region), roles.STACK_NAME)
        if state is None or state.status == "DELETE_COMPLETE":
            continue
        follower = delete_stack(tools.session, region, state.stack_id, tools.talk, tools.pace())
        if follower.cause is not None:
            raise RolloutError(f"{roles.STACK_NAME} in {region}: {follower.cause.reason}")
        tools.talk.tell(f"{roles.STACK_NAME} in {region} is gone")
