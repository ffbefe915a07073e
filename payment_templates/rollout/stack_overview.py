"""Reads the stacks, the stack set and the running operation of one suffix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.stack_set.definition import StackSet, find_stack_set
from payment_templates.rollout.stack_set.instances import Instance, list_instances
from payment_templates.rollout.stack_set.operations.running import running_operation
from payment_templates.rollout.stack_states import STUCK, StackState, find_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session


@dataclass(frozen=True, kw_only=True)
class StackInRegion:
    """A stack that deploy created, or that was imported into the set."""

    region: str
    state: StackState

    @property
    def problem(self) -> str:
        """Describe a stuck state; empty if there is none."""
        return STUCK.get(self.state.status, "")


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The stacks, the stack set and the running operation of a suffix."""

    stacks: tuple[StackInRegion, ...]
    # The region of the set, or where it would be created.
    primary: str
    stack_set: StackSet | None
    # None without a set.
    instances: tuple[Instance, ...] | None
    running_operation: str | None

    @property
    def empty(self) -> bool:
        """Return whether nothing exists."""
        return not self.stacks and self.instances is None


def read_overview(
    session: Session, regions: Sequence[str], *, stack_name: str, stack_set_name: str
) -> Overview:
    """Return the overview of one suffix, with the stack set of the first region that has one."""
    found = [(region, _find(session, region, stack_name)) for region in regions]
    sets = [(region, _find_set(session, region, stack_set_name)) for region in regions]
    primary, there = next((pair for pair in sets if pair[1]), (regions[0], None))
    client = clients.cloudformation(session, primary)
    return Overview(
        stacks=tuple(StackInRegion(region=region, state=state) for region, state in found if state),
        primary=primary,
        stack_set=there,
        instances=list_instances(client, stack_set_name) if there else None,
        running_operation=running_operation(client, stack_set_name) if there else None,
    )


def _find(session: Session, region: str, name: str) -> StackState | None:
    state = find_stack(clients.cloudformation(session, region), name)
    return None if state and state.status == "DELETE_COMPLETE" else state


def _find_set(session: Session, region: str, name: str) -> StackSet | None:
    return find_stack_set(clients.cloudformation(session, region), name)
