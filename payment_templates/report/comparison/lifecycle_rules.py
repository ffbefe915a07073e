"""Says which objects of a bucket new lifecycle rules delete and the old ones do not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from payment_templates.facts.retained_data import (
    EXPIRY_DATE,
    EXPIRY_EXEMPTION,
    EXPIRY_NUMBERS,
    EXPIRY_SIZES,
)
from payment_templates.report.comparison.differences import entries, is_list, is_same
from payment_templates.report.comparison.values import at_path, number, worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import Value

    _Rule = Mapping[str, Value]

_PREFIX, _TAGS, _OTHERS = "Prefix", "TagFilters", "Filter"
_NONCURRENT = "Noncurrent"


class _Expiry(NamedTuple):
    """When a rule deletes objects, or their noncurrent versions."""

    name: str
    value: Value
    # How many noncurrent versions it retains nevertheless.
    exempted: Value = 0


def expiring(olds: Sequence[Value], news: Sequence[Value]) -> Iterator[str]:
    """Say which rules delete more than the rules of before."""
    enabled = [it for it in olds if isinstance(it, Mapping) and it.get("Status") == "Enabled"]
    for rule in news:
        if not isinstance(rule, Mapping):
            if not any(is_same(rule, it) for it in olds):
                yield "objects may be deleted: a lifecycle rule is not known"
        elif rule.get("Status") != "Disabled":
            for expiry in _expiries(rule):
                yield from _deleted(expiry, rule, enabled)


def _deleted(expiry: _Expiry, rule: _Rule, olds: Sequence[_Rule]) -> Iterator[str]:
    """Say what a rule deletes that no rule of before did."""
    former = [(old, it) for old in olds for it in _expiries(old) if _are_alike(it, expiry)]
    around = [it for old, it in former if _applies_within(rule, old)]
    if any(_covers(it.value, expiry.value) and _exempts(it, expiry) for it in around):
        return
    verb = "are deleted" if number(expiry.value) is not None else "may be deleted"
    name = f" of the rule {worded(rule['Id'])}" if "Id" in rule else ""
    what = f"objects {verb}: {expiry.name}{name}"
    as_soon = [it for it in around if _covers(it.value, expiry.value)]
    if as_soon:
        counts = [as_soon[0].exempted, expiry.exempted]
        if any(number(it) is None for it in counts):
            verb = "may be deleted"
        one, other = ("none" if it == 0 else worded(it) for it in counts)
        yield f"objects {verb}: {EXPIRY_EXEMPTION.rpartition('/')[2]}{name} {one} → {other}"
    elif not around and any(_covers(it.value, expiry.value) for _, it in former):
        yield f"{what} {worded(expiry.value)} applies to other objects"
    else:
        yield f"{what} {worded(around[0].value) if around else 'none'} → {worded(expiry.value)}"


def _expiries(rule: _Rule) -> Iterator[_Expiry]:
    for path in (*EXPIRY_NUMBERS, EXPIRY_DATE):
        value = at_path(rule, path)
        if value is not None:
            exempted = at_path(rule, EXPIRY_EXEMPTION) if path.startswith(_NONCURRENT) else 0
            name = path.rpartition("/")[2]
            yield _Expiry(name=name, value=value, exempted=0 if exempted is None else exempted)


def _are_alike(one: _Expiry, other: _Expiry) -> bool:
    """Return whether both are about noncurrent versions, or the same otherwise."""
    names = (one.name, other.name)
    return names[0] == names[1] or all(it.startswith(_NONCURRENT) for it in names)


def _exempts(old: _Expiry, new: _Expiry) -> bool:
    """Return whether a rule retains at least as many noncurrent versions as before."""
    return old.exempted == 0 or _covers(old.exempted, new.exempted)


def _covers(old: Value, new: Value) -> bool:
    """Return whether a rule deleted at least as early before."""
    if is_same(old, new):
        return True
    before, after = number(old), number(new)
    if before is not None and after is not None:
        return before <= after
    days = (_date(old), _date(new))
    return days[0] is not None and days[1] is not None and days[0] <= days[1]


def _applies_within(new: _Rule, old: _Rule) -> bool:
    """Return whether a rule certainly applies to no object beyond those of an old one."""
    prefixes = [it.get(_PREFIX, "") for it in (old, new)]
    first, second = prefixes
    starts = isinstance(first, str) and isinstance(second, str) and second.startswith(first)
    if first != "" and not starts and not is_same(first, second):
        return False
    if not _has_tags(new.get(_TAGS), old.get(_TAGS)):
        return False
    for name, is_lowest in EXPIRY_SIZES.items():
        sizes = (old.get(name), new.get(name))
        ordered = sizes if is_lowest else sizes[::-1]
        if sizes[0] is not None and (sizes[1] is None or not _covers(*ordered)):
            return False
    return old.get(_OTHERS) is None or is_same(old.get(_OTHERS), new.get(_OTHERS))


def _has_tags(new: Value, old: Value) -> bool:
    """Return whether a rule certainly asks for all tags that an old one asks for."""
    if old is None or is_same(old, new):
        return True
    return is_list(old) and all(
        any(is_same(it, tag) for it in entries(new)) for tag in entries(old)
    )


def _date(value: Value) -> str | None:
    """Return the time of a date in one form, so that the later one is the greater text."""
    try:
        return datetime.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None
