"""Reads the stacks and the stack sets of one suffix, with their running operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.stack_set.homes import Home, Homes, find_homes
from payment_templates.rollout.stack_set.instances import Instance, list_instances
from payment_templates.rollout.stack_set.one_of_suffix import find_stacks_of_sets
from payment_templates.rollout.stack_set.operations.running import running_operation
from payment_templates.rollout.stack_states import (
    StackState,
    find_stack,
    problem_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from boto3 import Session


@dataclass(frozen=True, kw_only=True)
class StackInRegion:
    """A stack that deploy created, or that was imported into the set."""

    region: str
    state: StackState

    @property
    def problem(self) -> str:
        """Describe a stuck state; empty if there is none."""
        return problem_of(self.state.status)

    @property
    def creating(self) -> bool:
        """Return whether it is being created."""
        return self.state.status == "CREATE_IN_PROGRESS"


@dataclass(frozen=True, kw_only=True)
class SetOverview:
    """A stack set in its home region, with its instances and its running operation."""

    home: Home
    instances: tuple[Instance, ...]
    running_operation: str | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The stacks and the stack sets of a suffix."""

    stacks: tuple[StackInRegion, ...]
    # More than one if rollouts with other first regions have created them.
    sets: tuple[SetOverview, ...]
    homes: Homes

    @property
    def empty(self) -> bool:
        """Return whether nothing exists."""
        return not self.stacks and not self.sets

    @property
    def instances(self) -> tuple[Instance, ...]:
        """Return the instances of all sets."""
        return tuple(instance for one in self.sets for instance in one.instances)


def read_overview(
    session: Session,
    regions: Sequence[str],
    *,
    suffix: str,
    stack_name: str,
    stack_set_name: str,
    call_as: str,
    silent: Collection[str] = (),
    show: Callable[[Sequence[StackInRegion]], None] | None = None,
) -> Overview:
    """Return the stacks in these regions, and the stack sets of all regions but the silent ones.

    `show` gets the stacks first: the search for the sets takes longer.
    """
    found = [(region, _find(session, region, stack_name)) for region in regions]
    stacks = tuple(StackInRegion(region=region, state=state) for region, state in found if state)
    if show is not None:
        show(stacks)
    homes = find_homes(
        session, stack_set_name, suffix, regions=regions, call_as=call_as, silent=silent
    )
    return Overview(
        stacks=stacks,
        sets=tuple(_read_set(session, home) for home in homes.own),
        homes=homes,
    )


def stacks_of_unseen_sets(
    session: Session, overview: Overview, suffix: str, region: str
) -> Iterator[StackInRegion]:
    """Find the region's stacks of the suffix that belong to a set of another account."""
    known = {instance.stack_id for instance in overview.instances}
    for state in find_stacks_of_sets(session, region, suffix):
        if state.stack_id not in known:
            yield StackInRegion(region=region, state=state)


def _read_set(session: Session, home: Home) -> SetOverview:
    client = clients.cloudformation(session, home.region)
    # First: its targets count as shown, even if it ends before they are listed.
    operation = running_operation(client, home.stack_set.name)
    return SetOverview(
        home=home,
        instances=list_instances(client, home.stack_set.name),
        running_operation=operation,
    )


def _find(session: Session, region: str, name: str) -> StackState | None:
    state = find_stack(clients.cloudformation(session, region), name)
    return None if state and state.status == "DELETE_COMPLETE" else state
