"""Finds the changes of a resource's properties that AWS refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import equal
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.create_only import UNCHANGEABLE
from payment_templates.facts.refused_changes import (
    DEFAULTS_OF_NEVER_ADDED,
    ENTRIES_STAY,
    IMMUTABLE,
    INDEX_NAME,
    INDEX_PARTS,
    INDEXES,
    LOWERED_WITH,
    NEVER_ADDED,
    NEVER_AFTER,
    NEVER_ENABLED,
    NEVER_LOWER,
    NEVER_OLDER,
    ONE_AT_A_TIME,
    UNORDERED,
)
from payment_templates.report.comparison.differences import entries, is_list, is_same
from payment_templates.report.comparison.slot_matching import at
from payment_templates.report.comparison.values import worded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from payment_templates.cloudformation import Value

_LOWER = "AWS refuses a lower {name}"
_OLDER = "AWS refuses an older {name}"
_AFTER = "AWS refuses {name} {new} after {old}"
_INDEXES = "an update creates or deletes one index at most: {names}"
_INDEX = "an index keeps its {names}"
_ONE_ENTRY = "an update adds or removes one entry of {name} at most: {names}"
_STAY = "entries of {name} do not change or leave: {names}"
_NEW = "entries of {name} are not added: {names}"
_MAY_FAIL = "the update may fail: {why}"
_ENGINE = "Engine"


def refused_changes(
    resource_type: str, region: str, old: Mapping[str, Value], new: Mapping[str, Value]
) -> dict[str, str]:
    """Return the properties of which AWS refuses the change, each with the reason.

    The reason is "" if the property never changes.
    """
    old, new = (_in_order(side, UNORDERED.get(resource_type, ())) for side in (old, new))
    found = dict.fromkeys(_unchangeable(resource_type, region, old, new), "")
    for path in () if _may_be_lower(resource_type, new) else NEVER_LOWER.get(resource_type, ()):
        before, after = (_number(at(side, path)) for side in (old, new))
        if before is not None and after is not None and after < before:
            names = path.split(".")
            found[names[0]] = _LOWER.format(name=names[-1])
    name = NEVER_OLDER.get(resource_type, "")
    same_engine = is_same(old.get(_ENGINE), new.get(_ENGINE))
    if name and same_engine and _is_older(old.get(name), new.get(name)):
        found[name] = _OLDER.format(name=name)
    for name, (former, refused) in NEVER_AFTER.get(resource_type, {}).items():
        if old.get(name) == former and new.get(name) in refused:
            found[name] = _AFTER.format(name=name, old=former, new=worded(new.get(name)))
    name, key = ENTRIES_STAY.get(resource_type, ("", ""))
    if name and new.get(name) is not None:
        lists = [_named(side.get(name), key, resource_type) for side in (old, new)]
        gone = [it for it, entry in lists[0].items() if not is_same(entry, lists[1].get(it))]
        come = [it for it in lists[1] if it in NEVER_ADDED[resource_type] and it not in lists[0]]
        if gone or come:
            text, names = (_STAY, gone) if gone else (_NEW, come)
            found[name] = text.format(name=name, names=", ".join(names))
    name, key = ONE_AT_A_TIME.get(resource_type, ("", ""))
    others = _come_or_leave(entries(old.get(name)), entries(new.get(name)), key) if name else []
    if len(others) > 1:
        found[name] = _ONE_ENTRY.format(name=name, names=", ".join(others))
    name = INDEXES.get(resource_type, "")
    if name and (why := _indexes(old.get(name), new.get(name))):
        found[name] = why
    return found


def may_fail(resource_type: str, old: Mapping[str, Value], new: Mapping[str, Value]) -> str:
    """Say why AWS may refuse a change of the properties; "" if no source says so."""
    for name, why in NEVER_ENABLED.get(resource_type, {}).items():
        before, after = (_number(0 if it.get(name) is None else it[name]) for it in (old, new))
        if not before and before is not None and after:
            return _MAY_FAIL.format(why=why)
    return ""


def _may_be_lower(resource_type: str, properties: Mapping[str, Value]) -> bool:
    """Return whether a resource has, or may have, what lets AWS lower its numbers."""
    path, values = LOWERED_WITH.get(resource_type, ("", ()))
    value = at(properties, path) if path else None
    return value is not None and any(equal(value, it) is not False for it in values)


def _unchangeable(
    resource_type: str, region: str, old: Mapping[str, Value], new: Mapping[str, Value]
) -> Iterator[str]:
    immutable = IMMUTABLE.get(resource_type, {})
    for name in (*UNCHANGEABLE.get(resource_type, ()), *immutable):
        default = immutable.get(name)
        if name not in immutable and (schema := resource_schema(resource_type, region)):
            default = schema.default(name)
        was, becomes = (
            cast("Value", default) if it is None else it for it in (old.get(name), new.get(name))
        )
        same = is_same(old.get(name), new.get(name))
        if not same and equal(was, becomes) is not True:
            yield name


def _is_older(old: Value, new: Value) -> bool:
    """Return whether a version is older, as far as both say: 15 is not older than 15.4."""
    if not isinstance(old, (str, int, float)) or not isinstance(new, (str, int, float)):
        return False
    sides = [re.split(r"(\d+)", str(it)) for it in (old, new)]
    for one, other in zip(*sides, strict=False):
        if one != other:
            return one.isdigit() and other.isdigit() and int(other) < int(one)
    return False


def _in_order(properties: Mapping[str, Value], unordered: Collection[str]) -> Mapping[str, Value]:
    """Return properties with the lists sorted whose order does not matter, at any depth."""

    def sorted_in(value: Value, name: str = "") -> Value:
        if isinstance(value, Mapping):
            return {key: sorted_in(it, key) for key, it in value.items()}
        if not is_list(value):
            return value
        found = [sorted_in(it) for it in entries(value)]
        return sorted(found, key=_index_name) if name in unordered else found

    return {key: sorted_in(it, key) for key, it in properties.items()} if unordered else properties


def _index_name(entry: Value) -> str:
    return worded(entry.get(INDEX_NAME) if isinstance(entry, Mapping) else entry)


def _named(value: Value, key: str, resource_type: str) -> dict[str, Mapping[str, Value]]:
    """Return the entries of a list by their names, with the defaults of what AWS defines."""
    found: dict[str, Mapping[str, Value]] = {}
    for entry in entries(value):
        if isinstance(entry, Mapping):
            name = worded(entry.get(key))
            is_defined = name in NEVER_ADDED[resource_type]
            defaults = DEFAULTS_OF_NEVER_ADDED[resource_type] if is_defined else {}
            found[name] = {**cast("Mapping[str, Value]", defaults), **entry}
    return found


def _come_or_leave(olds: Sequence[Value], news: Sequence[Value], key: str) -> list[str]:
    """Return the names of the entries that only one of the lists has."""
    named = [
        [worded(it.get(key)) for it in side if isinstance(it, Mapping)] for side in (olds, news)
    ]
    gone = [name for name in named[0] if name not in named[1]]
    return [*gone, *(name for name in named[1] if name not in named[0])]


def _indexes(old: Value, new: Value) -> str:
    """Say why an update of indexes is refused; "" if it is not."""
    sides = [
        {worded(it.get(INDEX_NAME)): it for it in entries(side) if isinstance(it, Mapping)}
        for side in (old, new)
    ]
    changed = [name for name in sides[0] if name not in sides[1]]
    changed += [name for name in sides[1] if name not in sides[0]]
    if len(changed) > 1:
        return _INDEXES.format(names=", ".join(changed))
    for name in sides[0].keys() & sides[1].keys():
        parts = [
            it for it in INDEX_PARTS if not is_same(sides[0][name].get(it), sides[1][name].get(it))
        ]
        if parts:
            return _INDEX.format(names=" and ".join(parts))
    return ""


def _number(value: Value) -> float | None:
    try:
        return float(value) if isinstance(value, (str, int, float)) else None
    except ValueError:
        return None
