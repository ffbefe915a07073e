"""All that stands under one suffix: the stacks, the set, and what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.stack.states import STUCK, StackState, find_stack
from payment_templates.rollout.stack_set.definition import find_stack_set
from payment_templates.rollout.stack_set.instances import Instance, list_instances
from payment_templates.rollout.stack_set.operations import running_operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session


@dataclass(frozen=True, kw_only=True)
class StackInRegion:
    """A stack that deploy made, or took over into the set."""

    region: str
    state: StackState

    @property
    def trouble(self) -> str:
        """Say what is wrong with it, or nothing."""
        return STUCK.get(self.state.status, "")


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What stands at this moment."""

    stacks: tuple[StackInRegion, ...]
    # None when there is no set.
    instances: tuple[Instance, ...] | None
    running_operation: str | None

    @property
    def empty(self) -> bool:
        """Say whether nothing stands."""
        return not self.stacks and self.instances is None


def look_over(
    session: Session, regions: Sequence[str], *, stack_name: str, stack_set_name: str
) -> Overview:
    """Look at everything of one suffix; the set lives in the first region."""
    primary = clients.cloudformation(session, regions[0])
    there = find_stack_set(primary, stack_set_name) is not None
    found = [(region, _find(session, region, stack_name)) for region in regions]
    return Overview(
        stacks=tuple(StackInRegion(region=region, state=state) for region, state in found if state),
        instances=list_instances(primary, stack_set_name) if there else None,
        running_operation=running_operation(primary, stack_set_name) if there else None,
    )


def _find(session: Session, region: str, name: str) -> StackState | None:
    state = find_stack(clients.cloudformation(session, region), name)
    return None if state and state.status == "DELETE_COMPLETE" else state
