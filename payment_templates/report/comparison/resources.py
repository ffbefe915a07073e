"""Decides what an update does to each resource, as CloudFormation does: replacements spread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.facts.data_loss import CLUSTERS, IN_CLUSTER_LOSES, IN_CLUSTER_LOSES_TOO
from payment_templates.report.comparison.change import Effect, PropertyChange, ResourceChange
from payment_templates.report.comparison.collisions import refuse_collisions
from payment_templates.report.comparison.deleted_in_place import deleted_in_place
from payment_templates.report.comparison.losses import (
    cluster_of,
    is_in_cluster,
    lost_by,
    lost_by_secret,
)
from payment_templates.report.comparison.properties import (
    changed_metadata,
    changed_properties,
    followed_properties,
    root_of,
    with_update_policy,
)
from payment_templates.report.comparison.refused_changes import may_fail, refused_changes
from payment_templates.report.comparison.retention import retained_by
from payment_templates.report.comparison.snapshot_counts import fewer_snapshots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Stack, StackResource

_OTHER_TYPE = "CloudFormation cannot change the type of a resource: it was {before}"
_UNCHANGEABLE = "CloudFormation cannot change {names} of an existing resource"
# Effects that may change the properties of the existing resource.
_IN_PLACE = (Effect.IN_PLACE, Effect.INTERRUPTION, Effect.UNKNOWN, Effect.MAY_REPLACE)
_LEAVING = (Effect.REMOVED, Effect.REPLACED, Effect.MAY_REPLACE)
_NO_SCHEMA = "AWS's schemas do not have this type"


def changed_resources(before: Stack, after: Stack) -> tuple[ResourceChange, ...]:
    """Return each changed resource of two stacks, in the order of the templates."""
    found: dict[str, ResourceChange] = {}
    olds, news = dict(before.resources), dict(after.resources)
    # Stacks share the resources that their conditions do not change.
    known: dict[tuple[object, ...], ResourceChange | None]
    known = before.template.memo.setdefault(("changes of resources",), {})
    for name in dict.fromkeys((*olds, *news)):
        pair = (olds.get(name), news.get(name))
        if (*pair, after.region) not in known:
            known[*pair, after.region] = _change(*pair, after.region)
        if change := known[*pair, after.region]:
            found[name] = change
    _spread(found, after)
    refuse_collisions(found, before, after)
    return tuple(_completed(change, before, after, found) for change in found.values())


def _change(
    old: StackResource | None, new: StackResource | None, region: str
) -> ResourceChange | None:
    if old is None or new is None:
        there = old or new
        if there is None:
            return None
        effect = Effect.ADDED if new else Effect.REMOVED
        return ResourceChange(logical_id=there.logical_id, type=there.type, effect=effect)
    if old.type != new.type:
        return ResourceChange(
            logical_id=new.logical_id,
            type=new.type,
            effect=Effect.REFUSED,
            why=_OTHER_TYPE.format(before=old.type),
        )
    sides = (old.properties.entries, new.properties.entries)
    properties = (
        *with_update_policy(new, changed_properties(new.type, region, *sides)),
        *changed_metadata(old, new),
    )
    if not properties:
        return None
    # A replaced resource begins with the new values.
    is_new = any(it.effect is Effect.REPLACED for it in properties)
    refused = {} if is_new else refused_changes(new.type, region, *sides)
    effects = dict.fromkeys(refused, Effect.REFUSED)
    return _of(
        new, (replace(it, effect=effects.get(root_of(it), it.effect)) for it in properties), refused
    )


def _of(
    resource: StackResource,
    properties: Iterable[PropertyChange],
    refused: Mapping[str, str] | None = None,
) -> ResourceChange:
    changes = tuple(properties)
    effect = max((it.effect for it in changes), key=lambda it: it.rank)
    return ResourceChange(
        logical_id=resource.logical_id,
        type=resource.type,
        effect=effect,
        properties=changes,
        why="; ".join(_why(effect, changes, refused or {})),
    )


def _why(
    effect: Effect, changes: Sequence[PropertyChange], refused: Mapping[str, str]
) -> Iterator[str]:
    if effect is Effect.REFUSED:
        names = [
            it.path
            for it in changes
            if it.effect is Effect.REFUSED and not refused.get(root_of(it))
        ]
        if names:
            yield _UNCHANGEABLE.format(names=", ".join(names))
        yield from filter(None, refused.values())
    elif effect is Effect.UNKNOWN:
        yield _NO_SCHEMA


def _spread(found: dict[str, ResourceChange], after: Stack) -> None:
    """Follow references to replaced resources until nothing more is replaced."""
    while True:
        replaced = {
            name: change.effect
            for name, change in found.items()
            if change.effect in {Effect.REPLACED, Effect.MAY_REPLACE}
        }
        before = {name: change.effect for name, change in found.items()}
        for name, resource in after.resources.items():
            known = found.get(name)
            if known and known.effect in {Effect.ADDED, Effect.REFUSED}:
                continue
            followed = followed_properties(resource, after.region, replaced)
            own = tuple(it for it in known.properties if not it.follows) if known else ()
            if followed:
                found[name] = _of(resource, (*own, *followed))
        if before == {name: change.effect for name, change in found.items()}:
            return


def _completed(
    change: ResourceChange, before: Stack, after: Stack, changed: Mapping[str, ResourceChange]
) -> ResourceChange:
    """Add what is lost and what stays."""
    old, new = (stack.resources.get(change.logical_id) for stack in (before, after))
    lost = lost_by(change, old, new) or lost_by_secret(change, before, after, changed)
    if not lost and old and new and change.effect in _IN_PLACE:
        lost = deleted_in_place(old, new) or fewer_snapshots(old, new)
    if old and new and not change.why and change.effect in _IN_PLACE:
        sides = (old.properties.entries, new.properties.entries)
        change = replace(change, why=may_fail(new.type, *sides))
    why = _of_cluster(old, before, changed) if old and change.effect in _LEAVING else ""
    return replace(change, why=why or change.why, lost=lost, retained=retained_by(change, old, new))


def _of_cluster(
    instance: StackResource, before: Stack, changed: Mapping[str, ResourceChange]
) -> str:
    """Say what an instance that leaves its cluster loses; "" if it is in none."""
    if not is_in_cluster(instance):
        return ""
    name = before.logical_id(cluster_of(instance), *CLUSTERS)
    cluster = changed.get(name)
    if cluster and cluster.effect in _LEAVING:
        return IN_CLUSTER_LOSES_TOO.format(cluster=name, effect=cluster.effect)
    return IN_CLUSTER_LOSES


def merged(
    found: Iterable[tuple[str, tuple[ResourceChange, ...]]],
) -> tuple[ResourceChange, ...]:
    """Merge the changes of all situations: the most severe one of each resource is kept.

    The first is the situation of the stack as it is. In another one, a change is listed only if
    it is more severe.
    """
    worst: dict[str, ResourceChange] = {}
    for when, changes in found:
        for change in changes:
            known = worst.get(change.logical_id)
            if known is None or _severity(known) < _severity(change):
                worst[change.logical_id] = replace(change, when=when)
    return tuple(worst.values())


def _severity(change: ResourceChange) -> tuple[bool, bool, int]:
    # A replacement that retains the data hides no loss of another situation.
    fails = change.effect in {Effect.REFUSED, Effect.UNDONE}
    return fails, bool(change.lost), change.effect.rank
