"""Plans a rollout: compares a stack set with its requested definition."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.deletion_protection import (
    OFF,
    PARAMETER,
    takes_two_steps,
)
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_set.instances import Instance, named, read_overrides
from payment_templates.rollout.stack_set.operations.targets import OperationTargets, group_targets
from payment_templates.rollout.stack_set.planning.plan import Creation, Plan, SetChange, Update
from payment_templates.rollout.stack_set.planning.protection_steps import (
    after_creations,
    unprotected_by_override,
    updates_of,
)
from payment_templates.rollout.stack_set.planning.region_order import RegionOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rollout.stack_set.definition import Definition, StackSet
    from payment_templates.rollout.stack_set.planning.plan import Overrides
    from payment_templates.rollout.stack_states import StackState


def make_plan(
    client: CloudFormationClient,
    definition: Definition,
    current: StackSet | None,
    instances: Sequence[Instance],
    *,
    account: str,
    overrides: Mapping[str, Overrides],
    deployed_stacks: Mapping[str, StackState],
    import_stacks: bool,
    order: RegionOrder | None = None,
) -> Plan:
    """Return the steps of a rollout; raises RolloutError if StackSets cannot make the change.

    `deployed_stacks` are the stacks of `account` that deploy created.
    """
    order = order or RegionOrder.as_given(definition.targets.regions)
    targeted = [one for one in instances if definition.targets.include(one)]
    set_change = (
        _set_change(order.update, current, instances, targeted)
        if current is not None and definition.differs(current)
        else None
    )
    with_values = list(_given_values(client, definition.name, targeted, overrides))
    reached = [one for _, members in with_values for one in members]
    behind = [one for one in targeted if one not in reached and _is_behind(one, set_change)]
    leftovers = list(unprotected_by_override(client, definition, current, targeted, overrides))
    creations = tuple(
        _creations(definition, order.creation, instances, overrides, {account: deployed_stacks})
    )
    updates = [
        *(
            Update(targets=targets, overrides=values)
            for values, members in with_values
            for targets in group_targets(members, order.update)
        ),
        # Includes instances of an earlier operation that failed or was stopped.
        *(Update(targets=targets) for targets in group_targets(behind, order.update)),
    ]
    return Plan(
        creates_set=current is None,
        set_change=set_change,
        imports=deployed_stacks if import_stacks else {},
        creations=creations,
        updates=tuple(updates),
        protections=(
            *after_creations(creations, overrides),
            *updates_of(leftovers, order.update),
        ),
        changed=tuple(targeted)
        if set_change
        else _each_once([*reached, *behind, *(one for _, found in leftovers for one in found)]),
        kept_by_deploy=() if import_stacks else tuple(deployed_stacks),
    )


def _set_change(
    regions: Sequence[str],
    current: StackSet,
    instances: Sequence[Instance],
    targeted: Sequence[Instance],
) -> SetChange:
    left_behind = tuple(one for one in instances if one not in targeted)
    if instances and not targeted:
        raise RolloutError(
            f"{current.name} must change, but StackSets change a set only together with one of "
            "its stacks",
            ExitCode.REFUSED,
            hint=f"add --region of one of them: {named(instances)}",
        )
    groups = tuple(group_targets(targeted, regions))
    # UpdateStackSet, Accounts and Regions: without them all stacks are updated.
    updated = groups[0] if left_behind else None
    return SetChange(
        former=current.parameters,
        targets=updated,
        regions=tuple(
            region for one in ([updated] if updated else groups) for region in one.regions
        ),
        left_behind=left_behind,
    )


def _is_behind(instance: Instance, set_change: SetChange | None) -> bool:
    if set_change is None:
        return instance.status == "OUTDATED"
    return set_change.targets is not None and instance.region not in set_change.targets.regions


def _given_values(
    client: CloudFormationClient,
    name: str,
    targeted: Sequence[Instance],
    overrides: Mapping[str, Overrides],
) -> Iterator[tuple[tuple[ParameterTypeDef, ...], list[Instance]]]:
    # One call sets the same list for all its instances: grouped by region and by kept overrides.
    alike: dict[tuple[str, tuple[str, ...]], list[Instance]] = {}
    for instance in targeted:
        given = overrides.get(instance.region)
        if given:
            own = read_overrides(client, name, instance)
            if not given.items() <= own.items():
                kept = tuple(sorted(own.keys() - given.keys()))
                alike.setdefault((instance.region, kept), []).append(instance)
    for (region, kept), members in alike.items():
        values: list[ParameterTypeDef] = [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in overrides[region].items()
        ]
        # UpdateStackInstances, ParameterOverrides: an omitted override returns to the set's value;
        # a concealed value is shown as ****, so it cannot be sent again.
        as_before: list[ParameterTypeDef] = [
            {"ParameterKey": key, "UsePreviousValue": True} for key in kept
        ]
        yield (*values, *as_before), members


def _each_once(instances: Sequence[Instance]) -> tuple[Instance, ...]:
    return tuple(dict.fromkeys(instances))


def _creations(
    definition: Definition,
    regions: Sequence[str],
    instances: Sequence[Instance],
    overrides: Mapping[str, Overrides],
    left: Mapping[str, Mapping[str, StackState]],
) -> Iterator[Creation]:
    # One operation sets the same overrides in all its regions; keeps the order of regions.
    targets = definition.targets
    two_steps = takes_two_steps(definition.template, definition.values)

    def missing(region: str) -> tuple[tuple[str, ...], dict[str, str]]:
        there = [instance for instance in instances if instance.region == region]
        if targets.service_managed:
            known = {instance.organizational_unit for instance in there}
            members = [unit for unit in targets.organizational_units if unit not in known]
        else:
            known = {instance.account for instance in there}
            known |= {account for account, stacks in left.items() if region in stacks}
            members = [account for account in targets.accounts if account not in known]
        return tuple(members), dict(overrides.get(region, {}))

    for (members, own), group in groupby(regions, key=missing):
        if not members:
            continue
        alike = tuple(group)
        unprotected = two_steps and PARAMETER not in own
        yield Creation(
            targets=OperationTargets(regions=alike, organizational_units=members)
            if targets.service_managed
            else OperationTargets(regions=alike, accounts=members),
            overrides={**own, PARAMETER: OFF} if unprotected else own,
            unprotected=unprotected,
        )
