"""Plans the updates that protect stacks created without deletion protection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.deletion_protection import PARAMETER, has_switch
from payment_templates.rollout.stack_set.instances import Instance, read_overrides
from payment_templates.rollout.stack_set.operations.targets import group_targets
from payment_templates.rollout.stack_set.planning.plan import (
    Creation,
    Update,
    written_overrides,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rollout.stack_set.definition import Definition, StackSet
    from payment_templates.rollout.stack_set.planning.plan import Overrides

# Instances, and the overrides that they keep: an omitted override returns to the set's value
# (UpdateStackInstances, ParameterOverrides).
Members = tuple[tuple["ParameterTypeDef", ...], list[Instance]]


def after_creations(
    creations: Sequence[Creation], overrides: Mapping[str, Overrides]
) -> Iterator[Update]:
    """Return the second step of each creation, with only the requested overrides."""
    for creation in creations:
        if creation.unprotected:
            # A creation has the same overrides in all its regions.
            own = overrides.get(creation.targets.regions[0], {})
            yield Update(targets=creation.targets, overrides=written_overrides(own, creation.kept))


def updates_of(members: Sequence[Members], regions: Sequence[str]) -> Iterator[Update]:
    """Return the updates that protect the instances of an interrupted rollout."""
    for values, instances in members:
        for targets in group_targets(instances, regions):
            yield Update(targets=targets, overrides=values)


def unprotected_by_override(
    client: CloudFormationClient,
    definition: Definition,
    current: StackSet | None,
    targeted: Sequence[Instance],
    overrides: Mapping[str, Overrides],
) -> Iterator[Members]:
    """Find the instances that an interrupted rollout left with DeletionProtection=false."""
    # A set without the parameter has no such instances.
    if not has_switch(definition.template) or current is None:
        return
    if PARAMETER not in current.parameters:
        return
    wanted = definition.final_values.open[PARAMETER]
    alike: dict[tuple[str, tuple[str, ...]], list[Instance]] = {}
    for instance in targeted:
        if PARAMETER not in overrides.get(instance.region, {}):
            own = read_overrides(client, definition.name, instance)
            if own.get(PARAMETER, wanted) != wanted:
                others = own.keys() | overrides.get(instance.region, {}).keys()
                names = tuple(sorted(others - {PARAMETER}))
                alike.setdefault((instance.region, names), []).append(instance)
    for (_, names), members in alike.items():
        # The previous step has set the new values.
        yield written_overrides({}, names), members
