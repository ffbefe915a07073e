"""Reads the stack to verify: its template, its parameter values and the IDs of its resources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, template_of
from payment_templates.evidence import Topology, regional_topologies
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.existing_stacks import list_members
from payment_templates.rollout.ownership import require_own
from payment_templates.rollout.stack_states import find_stack
from payment_templates.rollout.templates import template_of_stack

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.cloudformation import Json, Template
    from payment_templates.rollout.existing_stacks import Member
    from payment_templates.rollout.stack_states import StackState

_NOTHING_ASKED = "nothing was asked"


@dataclass(frozen=True, kw_only=True)
class DeployedStack:
    """A stack of this project with its resources."""

    session: Session
    region: str
    state: StackState
    # The deployed one, unless another file is verified.
    template: Template
    members: tuple[Member, ...]

    @property
    def account(self) -> str:
        """The account of the stack."""
        return self.state.stack_id.split(":")[4]

    @property
    def partition(self) -> str:
        """The partition of the stack: aws, aws-cn, ..."""
        return self.state.stack_id.split(":")[1]

    @cached_property
    def physical_ids(self) -> dict[str, str]:
        """The ID of each resource, by its logical ID."""
        return {one.logical_id: one.physical_id for one in self.members if one.physical_id}

    @cached_property
    def topology(self) -> Topology:
        """The stack as evidence reads it; raises RolloutError for a template it cannot read."""
        # The value of a secret is not shown, and the mask need not be an accepted value.
        shown = {
            name: value
            for name, value in self.state.parameters.items()
            if name in self.template.parameters and not self.template.parameters[name].no_echo
        }
        try:
            found = regional_topologies(self.template, regions=(self.region,), parameters=shown)
        except TemplateError as error:
            raise wrong_use(str(error), error.hint) from None
        return found[0]

    def of_type(self, *types: str) -> tuple[Member, ...]:
        """Return the resources of some types, in the order of CloudFormation."""
        return tuple(one for one in self.members if one.resource_type in types and one.physical_id)


def read_deployed_stack(
    session: Session, region: str, name: str, *, suffix: str, template: Template | None
) -> DeployedStack:
    """Read a stack; raises RolloutError if it is missing, not ours, unreadable or in operation."""
    client = clients.cloudformation(session, region)
    state = find_stack(client, name)
    if state is None or state.status in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}:
        raise wrong_use(
            f"there is no stack {name} in {region}; {_NOTHING_ASKED}",
            "check --suffix and --region; for a stack of a stack set pass the --stack-name that "
            "status shows",
        )
    require_own(client, state, suffix, so=_NOTHING_ASKED)
    if not state.settled:
        raise RolloutError(
            f"{name} is {state.status} in {region}; {_NOTHING_ASKED}",
            ExitCode.REFUSED,
            hint="wait until the operation has ended: run status --watch",
        )
    members = list_members(session, region, state.stack_id)
    document = template_of_stack(client, state.stack_id)
    if members is None or (document is None and template is None):
        call = "ListStackResources" if members is None else "GetTemplate"
        raise RolloutError(
            f"AWS denies {call} on {name}; {_NOTHING_ASKED}",
            ExitCode.REFUSED,
            hint=f"allow cloudformation:{call} on that stack",
        )
    return DeployedStack(
        session=session,
        region=region,
        state=state,
        template=template or _parsed(document or {}),
        members=members,
    )


def _parsed(document: Json) -> Template:
    try:
        return template_of(document, name="the deployed template")
    except TemplateError as error:
        raise wrong_use(str(error), error.hint) from None
