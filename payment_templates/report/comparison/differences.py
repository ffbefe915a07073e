"""Finds where two evaluated values differ: the entries of lists are paired by what names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation import Reference, Text, equal
from payment_templates.report.comparison.values import worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Value

# The names of properties; an entry of a list is "[0]", or what names it: "[HoldGrants]".
Path: TypeAlias = tuple[str, ...]
# A difference: where, and both values (None: absent).
Difference: TypeAlias = tuple[Path, "Value", "Value"]
# What names a statement of a policy, a tag, a container or a metric in its list.
_NAMES = ("Sid", "Key", "Name", "Id")


def differences(before: Value, after: Value, path: Path = ()) -> Iterator[Difference]:
    """Yield each difference between two values.

    Two lists are one difference only if their order alone differs: then both have the names of the
    entries.
    """
    if is_same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from differences(before.get(name), after.get(name), (*path, name))
    elif is_list(before) and is_list(after):
        yield from _of_lists(entries(before), entries(after), path)
    else:
        yield path, before, after


def is_same(left: Value, right: Value) -> bool:
    """Return whether two values are certainly the same.

    CloudFormation sends scalars as text: true and "true" are the same.
    """
    return left == right or equal(left, right) is True


def is_list(value: Value) -> bool:
    """Return whether a value is a list."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def entries(value: Value) -> Sequence[Value]:
    """Return the entries of a list; empty for everything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _of_lists(olds: Sequence[Value], news: Sequence[Value], path: Path) -> Iterator[Difference]:
    pairs = _pairs(olds, news)
    found = [
        difference
        for old, new in pairs.items()
        for difference in differences(olds[old], news[new], (*path, f"[{new}]"))
    ]
    removed = [position for position in range(len(olds)) if position not in pairs]
    added = [position for position in range(len(news)) if position not in pairs.values()]
    found += [((*path, f"[{_name(olds[it]) or it}]"), olds[it], None) for it in removed]
    found += [((*path, f"[{_name(news[it]) or it}]"), None, news[it]) for it in added]
    yield from found or [(path, _order(olds), _order(news))]


def _pairs(olds: Sequence[Value], news: Sequence[Value]) -> dict[int, int]:
    """Return the position of each old entry in the new list: by name, value, then position."""
    names = [_unique_names(side) for side in (olds, news)]
    found = {position: names[1][name] for name, position in names[0].items() if name in names[1]}
    for old, value in enumerate(olds):
        free = (it for it in range(len(news)) if it not in found.values())
        same = next((it for it in free if is_same(value, news[it])), None)
        if old not in found and same is not None:
            found[old] = same
    for position in range(min(len(olds), len(news))):
        if position not in found and position not in found.values():
            one, other = olds[position], news[position]
            unnamed = not _name(one) and not _name(other) and len(olds) == len(news)
            if unnamed or _are_similar(one, other):
                found[position] = position
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _are_similar(one: Value, other: Value) -> bool:
    """Return whether two objects have at least half of their properties in common."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    shared = [name for name in one if name in other and is_same(one[name], other[name])]
    return 2 * len(shared) >= len({*one, *other})


def _unique_names(values: Sequence[Value]) -> dict[str, int]:
    """Return the position of each entry whose name no other one has."""
    names = [_name(value) for value in values]
    return {name: names.index(name) for name in names if name and names.count(name) == 1}


def _name(value: Value) -> str:
    if not isinstance(value, Mapping):
        return ""
    names = (value.get(name) for name in _NAMES)
    return next((worded(it) for it in names if isinstance(it, (str, Text, Reference))), "")


def _order(values: Sequence[Value]) -> Sequence[Value]:
    return tuple(_name(value) or value for value in values)
