"""Reads a template as it is deployed to several regions, with examples for required values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.evaluated_stacks import in_region
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.regions import other_region, zones_of
from payment_templates.evidence.topology import Topology, build_topology

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.cloudformation import Template


def regional_topologies(
    template: Template, *, regions: Sequence[str], parameters: Mapping[str, str]
) -> tuple[Topology, ...]:
    """Read the stack in each region, the first one with these parameters and the defaults.

    A required parameter without a value gets an example. Raises TemplateError for a region that
    does not exist, and for values that the template refuses.
    """
    first = stacks_of(template, region=regions[0], given=parameters, parts=()).stacks[0]
    for region in regions[1:]:
        zones_of(region)
    others = (in_region(first, region) for region in regions[1:])
    return (build_topology(first), *(build_topology(stack) for stack in others))


def region_pair(region: str) -> tuple[str, ...]:
    """Return a region and the second region of a deployment, if its partition has another."""
    zones_of(region)
    return tuple(filter(None, (region, other_region(region))))
