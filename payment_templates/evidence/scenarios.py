"""What a template may become: its combinations, here and elsewhere, and what stays undecided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from payment_templates.evidence.topology import Topology, build_topology
from payment_templates.evidence.undecided_choices import choices_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Stack


@dataclass(frozen=True, kw_only=True)
class Scenarios:
    """The topologies that a template may become; the first is that of the defaults."""

    here: tuple[Topology, ...]
    # The same in the other region of the partition, nothing where there is none: the first, and
    # whatever is there otherwise than here.
    there: tuple[Topology, ...]
    # The values of the parameters that the operator gave.
    given: Mapping[str, str]
    # The conditions that are combined with each other.
    combined: frozenset[str] = frozenset()

    @cached_property
    def undecided(self) -> tuple[tuple[str, Topology], ...]:
        """The topologies that other choices of the operator lead to, each with its choice."""
        examined = tuple(topology.stack for topology in (*self.here, *self.there))
        choices = choices_of(examined, self.given)
        return tuple((choice.words, build_topology(choice.stack)) for choice in choices)


def cases_of(
    here: tuple[Topology, ...], given: Mapping[str, str], combined: frozenset[str]
) -> Scenarios:
    """Add the other region, and whatever the operator may still choose."""
    there = tuple(
        topology.counterpart
        for number, topology in enumerate(here)
        if topology.counterpart
        and (not number or not _alike(topology.stack, topology.counterpart.stack))
    )
    return Scenarios(here=here, there=there, given=given, combined=combined)


def _alike(here: Stack, there: Stack) -> bool:
    return _told(here) == _told(there).replace(there.region, here.region)


def _told(stack: Stack) -> str:
    return "".join(name + one.content for name, one in stack.resources.items())
