"""Checks that names that must be unique in an account differ between regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.deployment.regional_copies import taken_names
from payment_templates.evidence.physical_names import name_of
from payment_templates.facts.custom_names import SHARED_BY_REGIONS
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Names that are global in an account differ between regions", "Requirement 10")
def names_unique_across_regions(topology: Topology) -> Finding:
    """Check that names with account-wide scope, such as IAM roles, differ between both regions.

    The same is true of names that a resource takes in another region, by a copy of it there, and of
    the clusters of an Aurora global database. Evaluates the template in both regions and compares:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-bestpractices.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
    """
    here = topology.stack
    other = topology.counterpart.stack if topology.counterpart else None
    peers = {it.logical_id: it for it in other.resources.values()} if other else {}
    lines: list[str] = []
    for resource in here.resources.values():
        peer = peers.get(resource.logical_id)
        global_ = resource.type in SHARED_BY_REGIONS or _are_members(resource, peer)
        name = name_of(resource) if global_ else ""
        if not name:
            continue
        lines.append(f"{resource.logical_id}: {name}")
        if peer and name_of(peer) == name:
            return broken(f"{name} would be used in {here.region} and in another region", *lines)
    for place, name, region in taken_names(topology):
        return broken(f"the copy of {place} in {region} takes {name}, as the stack there", *lines)
    return kept(f"{quantity(len(lines), 'global name')}, each different per region", *lines)


def _are_members(resource: StackResource, peer: StackResource | None) -> bool:
    """Return whether a cluster and that of the other region share a global database."""
    return resource.type == "AWS::RDS::DBCluster" and any(
        "GlobalClusterIdentifier" in one.properties for one in (resource, peer) if one
    )
