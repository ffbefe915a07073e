"""Collects the stacks that a claim is checked on: combinations, both regions, other choices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from payment_templates.cloudformation import asked_in, recorded
from payment_templates.evidence.examined_stacks import stacks_of, varied_stacks
from payment_templates.evidence.topology import Topology, build_topology
from payment_templates.evidence.undecided_choices import choices_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payment_templates.cloudformation import Stack, StackResource, Template
    from payment_templates.evidence.examined_stacks import ExaminedStacks

_Made = TypeVar("_Made")


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
    # The number of combinations that are left out.
    left_out: int = 0

    @cached_property
    def undecided(self) -> tuple[tuple[str, Topology], ...]:
        """The topologies for other choices of the operator, each with a description."""
        first = self.here[0].stack
        key = ("undecided choices", first, *sorted(self.given.items()))
        if key not in first.template.memo:
            # The caller reads the topologies, and nothing of this.
            with recorded(apart=True):
                first.template.memo[key] = _undecided(self.here[0], self.given)
        return cast("tuple[tuple[str, Topology], ...]", first.template.memo[key])


def _undecided(here: Topology, given: Mapping[str, str]) -> tuple[tuple[str, Topology], ...]:
    first = here.stack
    varied = varied_stacks(first.template, region=first.region, given=given)
    others = (here.counterpart.stack,) if here.counterpart else ()
    choices = choices_of(first, (*varied, *others), given)
    return tuple((choice.words, build_topology(choice.stack)) for choice in choices)


def examine_with(
    read: Callable[[Scenarios], _Made],
    template: Template,
    *,
    region: str,
    given: Mapping[str, str],
) -> tuple[_Made, Scenarios]:
    """Return `read(scenarios)` for the combinations of the conditions that decide what it reads."""
    parts: frozenset[str] = frozenset()
    while True:
        examined = stacks_of(template, region=region, given=given, parts=parts)
        scenarios = cases_of(examined, given)
        with recorded() as reads:
            made = read(scenarios)
        # A combination with more resources may read more.
        found = parts | asked_in(template, (each for _, each in reads))
        if found == parts:
            return made, scenarios
        parts = found


def cases_of(examined: ExaminedStacks, given: Mapping[str, str]) -> Scenarios:
    """Build the topologies of the stacks and add those of the other region, once for each."""
    memo = examined.stacks[0].template.memo
    known: dict[ExaminedStacks, Scenarios] = memo.setdefault(("scenarios",), {})
    if examined not in known:
        known[examined] = _cases(examined, given)
    return known[examined]


def _cases(examined: ExaminedStacks, given: Mapping[str, str]) -> Scenarios:
    here = tuple(map(_topology, examined.stacks))
    there = tuple(
        topology.counterpart
        for number, topology in enumerate(here)
        if topology.counterpart
        and (not number or not _alike(topology.stack, topology.counterpart.stack))
    )
    return Scenarios(
        here=here,
        there=there,
        given=given,
        combined=examined.combined,
        left_out=examined.left_out,
    )


def _topology(stack: Stack) -> Topology:
    """Return the topology of a stack, the same one in all scenarios."""
    known: dict[Stack, Topology] = stack.template.memo.setdefault(("topologies",), {})
    if stack not in known:
        known[stack] = build_topology(stack)
    return known[stack]


def _alike(here: Stack, there: Stack) -> bool:
    if [*here.resources] != [*there.resources]:
        return False
    pairs = zip(here.resources.values(), there.resources.values(), strict=True)
    return all(_are_alike(*pair, here.region, there.region) for pair in pairs)


def _are_alike(here: StackResource, there: StackResource, region: str, other: str) -> bool:
    # Stored, because stacks share equal resources.
    memo = here.properties.memo
    key = (_are_alike, there, region, other)
    if key not in memo:
        memo[key] = here.content == there.content.replace(other, region)
    return cast("bool", memo[key])
