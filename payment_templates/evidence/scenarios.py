"""Collects the stacks that a claim is checked on: combinations, both regions, other choices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from payment_templates.evidence.topology import Topology, build_topology
from payment_templates.evidence.undecided_choices import choices_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.examined_stacks import ExaminedStacks


@dataclass(frozen=True, kw_only=True)
class Scenarios:
    """The topologies to check; the first one has the default parameters."""

    here: tuple[Topology, ...]
    # The topologies in the other region: the first, and all that differ from those here. Empty if
    # the partition has no other region.
    there: tuple[Topology, ...]
    # The values of the parameters that the operator gave.
    given: Mapping[str, str]
    # The conditions that are combined with each other.
    combined: frozenset[str] = frozenset()

    @cached_property
    def undecided(self) -> tuple[tuple[str, Topology], ...]:
        """The topologies for other choices of the operator, each with a description."""
        examined = tuple(topology.stack for topology in (*self.here, *self.there))
        choices = choices_of(examined, self.given)
        return tuple((choice.words, build_topology(choice.stack)) for choice in choices)


def cases_of(examined: ExaminedStacks, given: Mapping[str, str]) -> Scenarios:
    """Build the topologies of the stacks and add those of the other region, once for each."""
    memo = examined.stacks[0].template.memo
    known: dict[ExaminedStacks, Scenarios] = memo.setdefault(("scenarios",), {})
    if examined not in known:
        known[examined] = _cases(examined, given)
    return known[examined]


def _cases(examined: ExaminedStacks, given: Mapping[str, str]) -> Scenarios:
    here = tuple(map(build_topology, examined.stacks))
    there = tuple(
        topology.counterpart
        for number, topology in enumerate(here)
        if topology.counterpart
        and (not number or not _alike(topology.stack, topology.counterpart.stack))
    )
    return Scenarios(here=here, there=there, given=given, combined=examined.combined)


def _alike(here: Stack, there: Stack) -> bool:
    if [*here.resources] != [*there.resources]:
        return False
    pairs = zip(here.resources.values(), there.resources.values(), strict=True)
    return all(_are_alike(*pair, here.region, there.region) for pair in pairs)


# Cached, because stacks share equal resources.
# Enough for one template, without holding the resources of all that were examined before.
@lru_cache(maxsize=4096)
def _are_alike(here: StackResource, there: StackResource, region: str, other: str) -> bool:
    return here.content == there.content.replace(other, region)
