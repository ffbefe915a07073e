"""What is to be done on a set, from what it is and what it shall be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout.stack_set.instances import Instance, named

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rollout.stack.states import StackState
    from payment_templates.rollout.stack_set.blocks import Block

Overrides = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class SetChange:
    """The set itself changed, and some of its stacks in the same operation."""

    former: Mapping[str, str]
    # None for all of its stacks.
    block: Block | None
    # In the order in which the stacks are changed.
    regions: tuple[str, ...]
    # Stacks elsewhere, which follow the set no longer.
    left_behind: tuple[Instance, ...]


@dataclass(frozen=True, kw_only=True)
class Creation:
    """Stacks that are not there yet."""

    block: Block
    overrides: Overrides
    # Created without deletion protection, which a later step switches on.
    unprotected: bool = False


@dataclass(frozen=True, kw_only=True)
class Update:
    """Stacks brought up to their set, or given values of their own."""

    block: Block
    # None leaves the values that they have instead of the set's.
    overrides: tuple[ParameterTypeDef, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The steps, each of which is one operation on the set."""

    creates_set: bool
    set_change: SetChange | None
    imports: Mapping[str, StackState]
    creations: tuple[Creation, ...]
    updates: tuple[Update, ...]
    # What ends the first step of a creation: the stacks follow the set's DeletionProtection again.
    protections: tuple[Update, ...]
    # The instances that the set change and the updates reach.
    changed: tuple[Instance, ...]
    kept_by_deploy: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Return whether everything is as it shall be."""
        return not (
            self.creates_set
            or self.imports
            or self.creations
            or self.updates
            or self.protections
            or self.set_change
        )

    def lines(self) -> Iterator[str]:
        """Say each step in words."""
        if self.creates_set:
            yield "plan: create the stack set"
        for region, stack in self.imports.items():
            yield f"plan: take {stack.name} in {region} into the set"
        if self.set_change is not None:
            yield f"plan: change the set in {', '.join(self.set_change.regions) or 'no region yet'}"
            if self.set_change.left_behind:
                # UpdateStackSet, Accounts: it marks all instances, and updates those of the block.
                yield (
                    f"plan: {named(self.set_change.left_behind)} stay as they are, and become "
                    "OUTDATED"
                )
        for creation in self.creations:
            how = ""
            if creation.unprotected:
                how = " without deletion protection, so that a failed creation can be rolled back"
            yield f"plan: create stacks in {', '.join(creation.block.regions)}{how}"
        for update in self.updates:
            what = "stacks" if update.overrides is None else "overrides"
            yield f"plan: update {what} in {', '.join(update.block.regions)}"
        for update in self.protections:
            yield (
                "plan: update stacks to the set's DeletionProtection in "
                f"{', '.join(update.block.regions)}"
            )
