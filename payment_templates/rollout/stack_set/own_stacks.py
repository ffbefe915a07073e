"""The stacks that deploy made: each left to it, or taken into the set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, RolloutError, wrong_use
from payment_templates.rollout.stack.states import STUCK, StackState, Way, find_stack, way_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from boto3 import Session

    from payment_templates.rollout.template import Template

_OPTIONS = {Way.RECREATE: " --recreate", Way.CONTINUE_ROLLBACK: " --continue-rollback"}


def find_own_stacks(session: Session, regions: Sequence[str], name: str) -> dict[str, StackState]:
    """Find the stacks of the own account that have the name which deploy gives."""
    found: dict[str, StackState] = {}
    for region in regions:
        state = find_stack(clients.cloudformation(session, region), name)
        if state is not None and state.status != "DELETE_COMPLETE":
            found[region] = state
    return found


def require_working(stacks: Mapping[str, StackState]) -> None:
    """Refuse to leave a region to a stack that does not work; raises RolloutError."""
    for region, state in stacks.items():
        way = way_on(state)
        if way is not Way.UPDATE:
            what = STUCK.get(state.status, "it is not there yet")
            raise RolloutError(
                f"{state.name} in {region} is {state.status}: {what}; use deploy "
                f"--region {region}{_OPTIONS.get(way, '')}, or a rollout without that region",
                ExitCode.REFUSED,
            )


def require_importable(template: Template) -> None:
    """Refuse what AWS does not import; raises RolloutError."""
    concealed = [name for name, one in template.parameters.items() if one.concealed]
    if concealed:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html
        raise wrong_use(
            "--import cannot take stacks of this template: StackSets do not import stacks that "
            f"contain NoEcho, and {', '.join(concealed)} is so; without --import each stays with "
            "deploy"
        )
