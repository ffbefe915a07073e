"""Says what data an update in place deletes: a shorter retention, backups that are turned off."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING

from payment_templates.cloudformation import scalar_text
from payment_templates.facts.retained_data import (
    EXPIRY_RULES,
    EXPIRY_TEXTS,
    PERIODS,
    SETTINGS,
)
from payment_templates.report.comparison.differences import entries, is_list, is_same
from payment_templates.report.comparison.lifecycle_rules import expiring
from payment_templates.report.comparison.losses import is_in_cluster
from payment_templates.report.comparison.values import at_path, number, worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource, Value
    from payment_templates.facts.retained_data import Period, Setting

_FALSE = "false"
# What names an entry of a list, such as a replica of a table.
_ENTRY = "Region"
# Its update handler deletes the stack instances of removed targets and regions, with their stacks:
# UpdateHandler and InstancesAnalyzer of aws-cloudformation-stackset in
# github.com/aws-cloudformation/aws-cloudformation-resource-providers-cloudformation (7245f76d).
_STACK_SET, _INSTANCES = "AWS::CloudFormation::StackSet", "StackInstancesGroup"
_TARGETS = ("Accounts", "OrganizationalUnitIds")


def deleted_in_place(old: StackResource, new: StackResource) -> str:
    """Return what data the update of a resource deletes, "" if none."""
    if is_in_cluster(new):
        # The cluster has the backups.
        return ""
    sides = (old.properties.entries, new.properties.entries)
    found: list[str] = []
    for path, period in PERIODS.get(new.type, {}).items():
        found += (text for pair in _pairs(sides, path) if (text := _shorter(period, path, *pair)))
    for path, setting in SETTINGS.get(new.type, {}).items():
        found += (text for pair in _pairs(sides, path) if (text := _turned(setting, *pair)))
    if rules := EXPIRY_RULES.get(new.type):
        found += expiring(*(entries(at_path(side, rules)) for side in sides))
    if new.type in EXPIRY_TEXTS:
        path, data = EXPIRY_TEXTS[new.type]
        one, other = (at_path(side, path) for side in sides)
        if other is not None and not is_same(one, other):
            found.append(f"{data} that its new lifecycle policy expires may be deleted")
    if new.type == _STACK_SET:
        found += _removed_stacks(*(side.get(_INSTANCES) for side in sides))
    return "; ".join(dict.fromkeys(found))


def _removed_stacks(old: Value, new: Value) -> Iterator[str]:
    """Say the stacks of which accounts or regions a stack set deletes."""
    before, after = _targets(old), _targets(new)
    if before is None or after is None:
        if not is_same(old, new):
            yield f"stacks may be deleted: {_INSTANCES} is not known"
    elif gone := before - after:
        names = ", ".join(sorted({f"{target} in {region}" for target, region in gone}))
        yield f"the stacks of {names} are deleted, with whatever their resources hold"


def _targets(groups: Value) -> set[tuple[str, str]] | None:
    """Return the accounts or units and the regions of a stack set; None if they are unknown."""
    found: set[tuple[str, str]] = set()
    if groups is not None and not is_list(groups):
        return None
    for group in entries(groups):
        targets = group.get("DeploymentTargets") if isinstance(group, Mapping) else None
        regions = group.get("Regions") if isinstance(group, Mapping) else None
        if not isinstance(targets, Mapping) or not is_list(regions):
            return None
        if not {*targets} <= {*_TARGETS}:
            # An accounts URL, or a filter of the accounts in a unit.
            return None
        lists = [targets[name] for name in _TARGETS if name in targets]
        if not all(is_list(it) for it in lists):
            return None
        names = [entry for it in lists for entry in entries(it)]
        found |= {(worded(it), worded(region)) for it in names for region in entries(regions)}
    return found


def _shorter(period: Period, path: str, old: Value, new: Value) -> str:
    """Say what a shorter period deletes."""
    if is_same(old, new):
        return ""
    before, after = (_length(period, value) for value in (old, new))
    if before is not None and after is not None and after >= before:
        return ""
    name = path.rpartition("/")[2]
    if after is None or before is None or new is None:
        # Unknown, or removed: whether the service then takes its default is not documented.
        return f"{period.data} may be deleted: {name} {worded(old)} → {worded(new)}"
    if not after:
        return f"all {period.data} are deleted"
    unit = period.unit.removesuffix("s") if after == 1 else period.unit
    return f"{period.data} older than {after:g} {unit} are deleted"


def _length(period: Period, value: Value) -> float | None:
    """Return a period as a number; `inf` if it keeps the data forever, None if it is unknown."""
    if value is None:
        return period.absent
    length = number(value)
    return inf if length == 0 and period.zero_keeps else length


def _turned(setting: Setting, old: Value, new: Value) -> str:
    """Say what a setting deletes that gets another value."""
    before, after = (_text(value) for value in (old, new))
    if before in {after, setting.deletes}:
        return ""
    if after is None or before is None:
        return f"if it changes, {setting.lost}"
    return setting.lost if after == setting.deletes else ""


def _pairs(
    sides: tuple[Mapping[str, Value], Mapping[str, Value]], path: str
) -> Iterator[tuple[Value, Value]]:
    """Yield both values at a path; of the entries of a list, those with the same name."""
    first, _, rest = path.partition("/")
    one, other = (side.get(first) for side in sides)
    if not rest:
        yield one, other
    elif entries(one) or entries(other):
        named = [
            {worded(it.get(_ENTRY)): it for it in entries(side) if isinstance(it, Mapping)}
            for side in (one, other)
        ]
        for name in named[0].keys() & named[1].keys():
            yield from _pairs((named[0][name], named[1][name]), rest)
    else:
        nothing: Mapping[str, Value] = {}
        inner = [it if isinstance(it, Mapping) else nothing for it in (one, other)]
        if all(it is None or isinstance(it, Mapping) for it in (one, other)):
            yield from _pairs((inner[0], inner[1]), rest)
        else:
            # One side is unknown as a whole.
            yield (
                at_path(inner[0], rest) if isinstance(one, Mapping) else one,
                at_path(inner[1], rest) if isinstance(other, Mapping) else other,
            )


def _text(value: Value) -> str | None:
    """Return a setting as text; absent is false, None is unknown."""
    if value is None:
        return _FALSE
    if isinstance(value, (str, int, float)):
        return scalar_text(value).lower()
    return None
