"""Finds resources whose copy in another region has a name that the same stack uses there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.parameter_probes import MARK, with_markers
from payment_templates.evidence.physical_names import NAMING, name_of
from payment_templates.facts.custom_names import COPIED_TO_REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology import Topology


def taken_names(topology: Topology) -> Iterator[tuple[str, str, str]]:
    """Yield each copy that takes the name of its resource in another region.

    As resource, name and region. "By default, secrets aren't overwritten": botocore secretsmanager,
    CreateSecret, ForceOverwriteReplicaSecret.
    """
    sides = (topology, topology.counterpart)
    for side, other in (sides, sides[::-1]):
        if side:
            yield from _taken(side.stack, other.stack if other else None)


def _taken(stack: Stack, other: Stack | None) -> Iterator[tuple[str, str, str]]:
    for resource in stack.of_type(*COPIED_TO_REGIONS):
        name = name_of(resource)
        copies = resource.properties.children(COPIED_TO_REGIONS[resource.type])
        regions = {copy.text("Region") for copy in copies} - {stack.region}
        for region in sorted(regions if name else ()):
            if not _differs(stack, resource, other):
                yield resource.logical_id, name, region


def _differs(stack: Stack, resource: StackResource, other: Stack | None) -> bool:
    """Return whether the name depends on the region, also by a condition."""
    peer = other.resources.get(resource.logical_id) if other else None
    marked = with_markers(stack, resource, NAMING, {"AWS::Region": MARK})
    return MARK in name_of(marked) or (peer is not None and name_of(peer) != name_of(resource))
