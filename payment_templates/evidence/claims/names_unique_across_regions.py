"""Checks that names that must be unique in an account differ between regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.deployment.regional_copies import taken_names
from payment_templates.evidence.physical_names import name_of
from payment_templates.facts.custom_names import SHARED_BY_REGIONS
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Names that are global in an account differ between regions", "Requirement 10")
def names_unique_across_regions(topology: Topology) -> Finding:
    """Check that names with account-wide scope, such as IAM roles, differ between both regions.

    The same is true of names that a resource takes in another region, by a copy of it there.
    Evaluates the template in both regions and compares these names:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-bestpractices.html
    """
    here = topology.stack
    other = topology.counterpart.stack if topology.counterpart else None
    lines: list[str] = []
    for resource in here.resources.values():
        name = name_of(resource) if resource.type in SHARED_BY_REGIONS else ""
        if not name:
            continue
        lines.append(f"{resource.logical_id}: {name}")
        peer = other.resources.get(resource.logical_id) if other else None
        if peer and name_of(peer) == name:
            return broken(f"{name} would be used in {here.region} and in another region", *lines)
    for place, name, region in taken_names(topology):
        return broken(f"the copy of {place} in {region} takes {name}, as the stack there", *lines)
    return kept(f"{quantity(len(lines), 'global name')}, each different per region", *lines)
