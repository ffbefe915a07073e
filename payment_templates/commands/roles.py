"""The roles of StackSets, made when they are missing and asked for."""

from payment_templates.commands.edge import Tools
from payment_templates.commands.inputs import Inputs
from payment_templates.rollout.body import place_body
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack_set import roles
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
