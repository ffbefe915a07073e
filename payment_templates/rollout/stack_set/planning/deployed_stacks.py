"""Finds stacks that `deploy` created, which a rollout imports or keeps outside the set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.stack_states import (
    NextStep,
    StackState,
    find_stack,
    next_step,
    problem_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from boto3 import Session

    from payment_templates.cloudformation import Template

_OPTIONS = {NextStep.RECREATE: " --recreate", NextStep.CONTINUE_ROLLBACK: " --continue-rollback"}


def find_deployed_stacks(
    session: Session, regions: Sequence[str], name: str
) -> dict[str, StackState]:
    """Find the stacks in the caller's account that `deploy` created."""
    found: dict[str, StackState] = {}
    for region in regions:
        state = find_stack(clients.cloudformation(session, region), name)
        if state is not None and state.status != "DELETE_COMPLETE":
            found[region] = state
    return found


def require_working(stacks: Mapping[str, StackState]) -> None:
    """Raise RolloutError if a stack is missing or stuck."""
    for region, state in stacks.items():
        way = next_step(state)
        if way is NextStep.CREATE:
            raise _in_review(region, state)
        if way is not NextStep.UPDATE:
            what = problem_of(state.status) or "it is not ready yet"
            use = f"use deploy --region {region}{_OPTIONS.get(way, '')}, or "
            raise RolloutError(
                f"{state.name} in {region} is {state.status}: {what}",
                ExitCode.REFUSED,
                hint=f"{'' if way is NextStep.REFUSE else use}use rollout without that region",
            )


def _in_review(region: str, state: StackState) -> RolloutError:
    return RolloutError(
        f"{state.name} in {region} is {state.status}: it is empty, and its change set was not "
        "executed",
        ExitCode.REFUSED,
        hint="unless the owner of the change set needs it, delete it with aws cloudformation "
        f"delete-stack --stack-name {state.name} --region {region}; or use rollout without that "
        "region",
    )


def require_importable(template: Template) -> None:
    """Raise RolloutError for a template that StackSets cannot import."""
    concealed = [name for name, one in template.parameters.items() if one.no_echo]
    if concealed:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-import.html
        raise wrong_use(
            "--import is not possible with this template: StackSets do not import stacks that "
            f"contain NoEcho, such as {', '.join(concealed)}",
            "leave --import out: each stack then stays outside the set",
        )
