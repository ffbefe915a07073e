"""Plans a rollout: compares a stack set with its requested definition."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_set.instances import Instance, named, read_overrides
from payment_templates.rollout.stack_set.operations.targets import group_targets
from payment_templates.rollout.stack_set.planning.creations import Creations
from payment_templates.rollout.stack_set.planning.plan import (
    Plan,
    SetChange,
    Update,
    written_overrides,
)
from payment_templates.rollout.stack_set.planning.protection_steps import (
    after_creations,
    unprotected_by_override,
    updates_of,
)
from payment_templates.rollout.stack_set.planning.region_order import RegionOrder
from payment_templates.rollout.stack_set.stuck_stacks import is_created

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
    stacks: Mapping[Instance, StackState | None] = MappingProxyType({}),
    order: RegionOrder | None = None,
) -> Plan:
    """Return the steps of a rollout; raises RolloutError if StackSets cannot make the change.

    `deployed_stacks` are the stacks of `account` that deploy created, `stacks` those of its
    instances; what is not known there has a working stack.
    """
    order = order or RegionOrder.as_given(definition.targets.regions)
    targeted = [one for one in instances if definition.targets.include(one)]
    missing = [one for one in targeted if _lacks_stack(one, stacks)]
    set_change = (
        _set_change(order.creation if missing else order.update, current, instances, targeted)
        if current is not None and definition.differs(current)
        else None
    )
    planned = Creations(
        client=client,
        definition=definition,
        overrides=overrides,
        instances=instances,
        retried=[one for one in missing if _is_behind(one, set_change)],
        left={account: deployed_stacks},
    )
    creations = tuple(planned.plan(order.creation))
    existing = [one for one in targeted if one not in planned.retried]
    with_values = list(_given_values(client, definition.name, existing, overrides))
    reached = [one for _, members in with_values for one in members]
    behind = [one for one in existing if one not in reached and _is_behind(one, set_change)]
    created_protected = [one for one in planned.retried if not planned.is_unprotected(one.region)]
    leftovers = list(
        unprotected_by_override(
            client, definition, current, [*existing, *created_protected], overrides
        )
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
    if order.home:
        updates.sort(key=lambda one: order.update.index(one.targets.regions[0]))
    return Plan(
        creates_set=current is None,
        set_change=set_change,
        imports=deployed_stacks if import_stacks else {},
        creations=creations,
        updates=tuple(updates),
        # The other region joins the database of the home region, in the same version.
        updates_first=bool(order.home)
        and all(order.home not in one.targets.regions for one in creations),
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


def _lacks_stack(instance: Instance, stacks: Mapping[Instance, StackState | None]) -> bool:
    if instance.status != "OUTDATED":
        return False
    return not instance.stack_id or (instance in stacks and is_created(stacks[instance]))


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
        yield written_overrides(overrides[region], kept), members


def _each_once(instances: Sequence[Instance]) -> tuple[Instance, ...]:
    return tuple(dict.fromkeys(instances))
