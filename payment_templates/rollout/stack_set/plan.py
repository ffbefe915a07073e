"""What is to be done on a set, from what it is and what it shall be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from payment_templates.rollout.stack_set.instances import Instance, read_overrides

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rollout.stack.states import StackState
    from payment_templates.rollout.stack_set.definition import Definition, StackSet

Overrides = Mapping[str, str]
Group = tuple[tuple[str, ...], Overrides]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The steps, each of which is one operation on the set."""

    creates_set: bool
    # The set's former parameters, when the set itself must be updated.
    update_former: Mapping[str, str] | None
    imports: Mapping[str, StackState]
    creations: tuple[Group, ...]
    # None for overrides leaves them as they are.
    updates: tuple[tuple[tuple[str, ...], Overrides | None], ...]
    present_regions: tuple[str, ...]
    left_to_deploy: tuple[str, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Say whether everything is as it shall be."""
        return not (
            self.creates_set
            or self.imports
            or self.creations
            or self.updates
            or self.update_former is not None
        )

    @property
    def updates_stacks(self) -> bool:
        """Say whether stacks that are there now are changed."""
        return self.update_former is not None or bool(self.updates)

    def lines(self) -> Iterator[str]:
        """Say each step in words."""
        if self.creates_set:
            yield "plan: create the stack set"
        for region, stack in self.imports.items():
            yield f"plan: take {stack.name} in {region} into the set"
        if self.update_former is not None:
            where = ", ".join(self.present_regions) or "no region yet"
            yield f"plan: change the set in {where}"
        for regions, _ in self.creations:
            yield f"plan: create stacks in {', '.join(regions)}"
        for regions, overrides in self.updates:
            what = "stacks" if overrides is None else "overrides"
            yield f"plan: update {what} in {', '.join(regions)}"


def make_plan(
    client: CloudFormationClient,
    definition: Definition,
    current: StackSet | None,
    instances: Sequence[Instance],
    *,
    overrides: Mapping[str, Overrides],
    own_stacks: Mapping[str, StackState],
    import_stacks: bool,
) -> Plan:
    """Compare what is with what shall be."""
    changed = current is not None and definition.differs(current)
    present = {instance.region for instance in instances}
    missing = [
        region
        for region in definition.targets.regions
        if region not in own_stacks and _is_missing(definition, instances, region)
    ]
    return Plan(
        creates_set=current is None,
        update_former=current.parameters if current and changed else None,
        imports=own_stacks if import_stacks else {},
        creations=tuple(_grouped(missing, overrides)),
        updates=tuple(_updates(client, definition, instances, overrides, outdated=not changed)),
        present_regions=tuple(r for r in definition.targets.regions if r in present),
        left_to_deploy=() if import_stacks else tuple(own_stacks),
    )


def written_overrides(overrides: Overrides) -> list[ParameterTypeDef]:
    """Write overrides as StackSets take them."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in overrides.items()]


def _is_missing(definition: Definition, instances: Sequence[Instance], region: str) -> bool:
    there = {instance.account for instance in instances if instance.region == region}
    if definition.targets.service_managed:
        return not there
    return not there.issuperset(definition.targets.accounts)


def _grouped(regions: Sequence[str], overrides: Mapping[str, Overrides]) -> Iterator[Group]:
    # One operation gives the same overrides to all its regions; the order of regions is kept.
    for own, group in groupby(regions, key=lambda region: dict(overrides.get(region, {}))):
        yield tuple(group), own


def _updates(
    client: CloudFormationClient,
    definition: Definition,
    instances: Sequence[Instance],
    overrides: Mapping[str, Overrides],
    *,
    outdated: bool,
) -> Iterator[tuple[tuple[str, ...], Overrides | None]]:
    changed: set[str] = set()
    for region in definition.targets.regions:
        given = overrides.get(region)
        instance = next((one for one in instances if one.region == region), None)
        if not given or instance is None:
            continue
        own = read_overrides(client, definition.name, instance)
        if not given.items() <= own.items():
            changed.add(region)
            yield (region,), {**own, **given}
    if outdated:
        # An earlier operation failed there, or was stopped before it came so far.
        behind = {one.region for one in instances if one.status == "OUTDATED"} - changed
        regions = tuple(region for region in definition.targets.regions if region in behind)
        if regions:
            yield regions, None
