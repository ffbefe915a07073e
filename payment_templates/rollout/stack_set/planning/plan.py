"""Defines the plan of a rollout: the steps from the current to the requested state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout.stack_set.instances import Instance, named

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rollout.stack_set.operations.targets import OperationTargets
    from payment_templates.rollout.stack_states import StackState

Overrides = Mapping[str, str]


def written_overrides(given: Overrides, kept: Sequence[str]) -> tuple[ParameterTypeDef, ...]:
    """Return the ParameterOverrides of a call that changes some overrides and keeps others.

    An omitted override returns to the set's value (UpdateStackInstances, ParameterOverrides); a
    concealed value is shown as ****, so it cannot be sent again.
    """
    values: list[ParameterTypeDef] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in given.items()
    ]
    as_before: list[ParameterTypeDef] = [
        {"ParameterKey": name, "UsePreviousValue": True} for name in kept
    ]
    return (*values, *as_before)


@dataclass(frozen=True, kw_only=True)
class SetChange:
    """An update of the set and, in the same operation, of some of its stacks."""

    former: Mapping[str, str]
    # None for all of its stacks.
    targets: OperationTargets | None
    # In the order of the update.
    regions: tuple[str, ...]
    # Other stacks, which become OUTDATED.
    left_behind: tuple[Instance, ...]


@dataclass(frozen=True, kw_only=True)
class Creation:
    """Stacks to be created."""

    targets: OperationTargets
    overrides: Overrides
    # The names of overrides that instances keep from an earlier creation, which failed.
    kept: tuple[str, ...] = ()
    # Created without deletion protection, which a later step switches on.
    unprotected: bool = False

    def __str__(self) -> str:
        """Return what is created, and how."""
        how = ""
        if self.unprotected:
            how = " without deletion protection, so that a failed creation can be rolled back"
        return f"create stacks in {', '.join(self.targets.regions)}{how}"


@dataclass(frozen=True, kw_only=True)
class Update:
    """Existing stacks to be updated to the definition of their set, or to new overrides."""

    targets: OperationTargets
    # None keeps their current overrides.
    overrides: tuple[ParameterTypeDef, ...] | None = None

    def __str__(self) -> str:
        """Return what is updated."""
        what = "stacks" if self.overrides is None else "overrides"
        return f"update {what} in {', '.join(self.targets.regions)}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The steps of a rollout; each is one operation on the set."""

    creates_set: bool
    set_change: SetChange | None
    imports: Mapping[str, StackState]
    creations: tuple[Creation, ...]
    updates: tuple[Update, ...]
    # Whether they come before the creations.
    updates_first: bool
    # The second step of a creation: removes the override of DeletionProtection.
    protections: tuple[Update, ...]
    # The instances that the set change and the updates affect.
    changed: tuple[Instance, ...]
    kept_by_deploy: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Return whether the plan has no steps."""
        return not (
            self.creates_set
            or self.imports
            or self.creations
            or self.updates
            or self.protections
            or self.set_change
        )

    @property
    def stack_steps(self) -> tuple[Creation | Update, ...]:
        """Return the creations and updates in their order."""
        if self.updates_first:
            return (*self.updates, *self.creations)
        return (*self.creations, *self.updates)

    def lines(self) -> Iterator[str]:
        """Return one line per step."""
        if self.creates_set:
            yield "plan: create the stack set"
        for region, stack in self.imports.items():
            yield f"plan: import {stack.name} in {region} into the set"
        if self.set_change is not None:
            yield f"plan: change the set in {', '.join(self.set_change.regions) or 'no region yet'}"
            if self.set_change.left_behind:
                # UpdateStackSet, Accounts: marks all instances, and updates only the targets.
                yield (
                    f"plan: {named(self.set_change.left_behind)} stay unchanged and become OUTDATED"
                )
        for step in self.stack_steps:
            yield f"plan: {step}"
        for update in self.protections:
            yield (
                "plan: update stacks to the set's DeletionProtection in "
                f"{', '.join(update.targets.regions)}"
            )
