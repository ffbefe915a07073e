"""Checks that a stack with a global database is deployed in one of the pair's two regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.global_database.declared_database import (
    HOME_REGION,
    SECOND_REGION,
    regions_of_pair,
)
from payment_templates.rollout.preflight.finding import EVERYWHERE, Finding, refused
from payment_templates.rollout.stack_states import NextStep, find_stack, next_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack

_PAIR = 2


def check_pair_regions(
    session: Session, planned_stacks: Sequence[tuple[PlannedStack, str]], former: Mapping[str, str]
) -> Iterator[Finding]:
    """Refuse regions that are none of the two that share a database, in one line for all.

    Each stack comes with its name or ID; a stack that does not exist yet gets the former values of
    the stack set.
    """
    if not any(SECOND_REGION in one.stack.template.parameters for one, _ in planned_stacks):
        return
    members = [_with_kept_values(session, one, name, former) for one, name in planned_stacks]
    known = [one for one in members if one]
    outside = [one for one in known if one.region not in regions_of_pair(one)]
    if not outside:
        return
    home, second = regions_of_pair(outside[0])
    yield refused(
        EVERYWHERE,
        f"{', '.join(one.region for one in outside)}: not of the pair that shares the database, "
        f"{home} ({HOME_REGION}) and {second} ({SECOND_REGION})",
        _remediation([one.region for one in known], home),
    )


def _with_kept_values(
    session: Session, planned: PlannedStack, name: str, former: Mapping[str, str]
) -> PlannedStack | None:
    state = find_stack(clients.cloudformation(session, planned.region), name)
    if state is None or next_step(state) is not NextStep.UPDATE:
        return planned.with_former(former)
    whole = planned.with_former(state.parameters)
    home = whole.parameter(HOME_REGION)
    # check_global_database refuses a changed home region.
    return whole if home == state.parameters.get(HOME_REGION, home) else None


def _remediation(regions: Sequence[str], home: str) -> str:
    if len(regions) > _PAIR:
        return f"name two regions, and pass both as --parameter {HOME_REGION} and {SECOND_REGION}"
    if len(regions) < _PAIR:
        return (
            f"pass --parameter {HOME_REGION}=REGION --parameter {SECOND_REGION}=REGION with the "
            f"two regions of the pair, one of them {regions[0]}"
        )
    # The home region of a pair that exists stays.
    first, other = sorted(regions, key=lambda region: region != home)
    return f"pass --parameter {HOME_REGION}={first} --parameter {SECOND_REGION}={other}"
