"""What a template may become: its combinations, here and elsewhere, and what stays undecided."""

from __future__ import annotations

from dataclasses import dataclass
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
    # Each with the choice of the operator that leads to it.
    undecided: tuple[tuple[str, Topology], ...]


def cases_of(here: tuple[Topology, ...], given: Mapping[str, str]) -> Scenarios:
    """Add the other region, and whatever the operator may still choose."""
    there = tuple(
        topology.counterpart
        for number, topology in enumerate(here)
        if topology.counterpart
        and (not number or not _alike(topology.stack, topology.counterpart.stack))
    )
    examined = tuple(topology.stack for topology in (*here, *there))
    return Scenarios(
        here=here,
        there=there,
        undecided=tuple(
            (choice.words, build_topology(choice.stack)) for choice in choices_of(examined, given)
        ),
    )


def _alike(here: Stack, there: Stack) -> bool:
    return _told(here) == _told(there).replace(there.region, here.region)


def _told(stack: Stack) -> str:
    return "".join(name + one.content for name, one in stack.resources.items())
