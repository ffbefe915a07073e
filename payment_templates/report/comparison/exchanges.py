"""Finds resources that take the place of another one that gives it up in the same update."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.place_index import PlaceIndex
from payment_templates.report.comparison.slot_matching import listed, shared_place, slots_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from payment_templates.cloudformation import Stack
    from payment_templates.report.comparison.change import ResourceChange

    # Each resource that takes a place, with those that give it up: what they share, and the error.
    _Takers = Mapping[str, Mapping[str, tuple[str, str]]]

_IN_PLACE = {Effect.IN_PLACE, Effect.INTERRUPTION}
_CYCLE = (
    "{old} has the same {properties} until it changes, and can change only after this one: "
    "{error}. Free the place in an earlier update"
)
_MAY_FAIL = (
    "the update may fail: {old} has the same {properties} until it changes, and CloudFormation may "
    "change it later: {error}. Add DependsOn: {old}"
)


def refuse_exchanges(
    found: dict[str, ResourceChange], before: Stack, after: Stack, renewed: Collection[str]
) -> None:
    """Refuse resources that exchange their places, and say which ones need an order."""
    changing = [before.resources[it.logical_id] for it in found.values() if it.effect in _IN_PLACE]
    staying = PlaceIndex(changing, before.region)
    takers = {
        name: holders
        for name in found
        if (holders := dict(_holders(name, found, before, after, renewed, staying=staying)))
    }
    needed = after.dependencies
    for name, holders in takers.items():
        for old, (properties, error) in holders.items():
            words = {"old": old, "properties": properties, "error": error}
            if name in _earlier(old, takers, after):
                why = _CYCLE.format(**words)
                found[name] = replace(found[name], effect=Effect.REFUSED, why=why)
                break
            if old not in needed.before(name):
                found[name] = replace(found[name], why=_MAY_FAIL.format(**words))


def _holders(
    name: str,
    found: Mapping[str, ResourceChange],
    before: Stack,
    after: Stack,
    renewed: Collection[str],
    *,
    staying: PlaceIndex,
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the resources that give up in place what a resource takes."""
    new, former = after.resources.get(name), before.resources.get(name)
    if new is None or found[name].effect not in {*_IN_PLACE, Effect.ADDED, Effect.REPLACED}:
        return
    for old in staying.candidates(new):
        other = old.logical_id
        if other == name or old.type != new.type:
            continue
        later = after.resources[other]
        for slot in slots_of(new.type, before.region):
            shared = shared_place(slot, old, new, renewed)
            takes = former is None or not shared_place(slot, former, new, ())
            if slot.error and shared and takes and not shared_place(slot, old, later, ()):
                yield other, (listed(shared), slot.error)
                break


def _earlier(name: str, takers: _Takers, stack: Stack) -> set[str]:
    """Return what must change before a resource: what it needs, and whose place it takes."""
    found: set[str] = set()
    pending = [name]
    while pending:
        one = pending.pop()
        for other in (*takers.get(one, ()), *stack.dependencies.before(one)):
            if other not in found:
                found.add(other)
                pending.append(other)
    return found
