"""Decides in which order the stacks of a global database are deleted, and refuses what AWS refuses.

The regions that follow leave first, then the region that created the database, which takes the
global cluster with it. So that region must write: RDS lets the writer leave last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.global_database.declared_database import CLUSTER
from payment_templates.rollout.global_database.global_cluster import (
    read_global_database,
    shown_regions,
)
from payment_templates.rollout.global_database.member_stack import GLOBAL_DATABASE, MemberStack
from payment_templates.rollout.ownership import NOTHING_DELETED
from payment_templates.rollout.stack_states import find_stack
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from boto3 import Session

    from payment_templates.rollout.existing_stacks import ExistingStack
    from payment_templates.rollout.global_database.global_cluster import GlobalDatabase


def member_stacks(session: Session, stacks: Iterable[ExistingStack]) -> tuple[MemberStack, ...]:
    """Return the stacks that have a member of a global database."""
    found: list[MemberStack] = []
    for stack in stacks:
        if any(one.resource_type == CLUSTER for one in stack.members or ()):
            client = clients.cloudformation(session, stack.region)
            state = find_stack(client, stack.stack_id)
            if state is not None and state.outputs.get(GLOBAL_DATABASE):
                found.append(MemberStack(region=stack.region, state=state))
    return tuple(found)


def home_of(stacks: Sequence[MemberStack]) -> str:
    """Return the region that is deleted last; empty without a global database."""
    return next((one.home_region for one in stacks if one.home_region), "")


def require_deletable(session: Session, stacks: Sequence[MemberStack]) -> None:
    """Raise RolloutError if the members cannot leave the global database in this order."""
    for identifier in dict.fromkeys(one.global_database for one in stacks):
        of_database = [one for one in stacks if one.global_database == identifier]
        client = clients.rds(session, of_database[0].region)
        database = read_global_database(client, identifier)
        if database is not None:
            _require_order(database, of_database)


def _require_order(database: GlobalDatabase, stacks: Sequence[MemberStack]) -> None:
    identifier, home = database.identifier, home_of(stacks)
    regions = {one.region for one in stacks}
    if database.move is not None:
        raise _refusal(f"a {database.move} of {identifier} is running", "wait until it has ended")
    writer = database.writer
    others = [one for one in database.members if one.region not in regions]
    if writer is not None and writer.region != home and database.member_in(home) is not None:
        suffix = stacks[0].state.parameters.get(SUFFIX, "SUFFIX")
        raise _refusal(
            f"{writer.region} writes {identifier}, and {home} created it: the region that writes "
            "leaves last, with the global database",
            f"first run payment-stack switchover --suffix {suffix} --to {home}",
        )
    leaves = home in regions or (writer is not None and writer.region in regions)
    if leaves and others:
        wanted = " ".join(f"--region {one.region}" for one in others)
        raise _refusal(
            f"{shown_regions(others)} still has a member of {identifier}, which must leave first",
            f"delete both with {wanted} too, or that region first",
        )


def _refusal(what: str, hint: str) -> RolloutError:
    return RolloutError(f"{what}; {NOTHING_DELETED}", ExitCode.REFUSED, hint=hint)
