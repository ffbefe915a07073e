"""Checks that the cluster has one writer and two readers in three zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.regions import zones_of
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# One writer, two readers.
_INSTANCES = 3


@claim("One writer and two readers, each in its own zone", "Requirement 1", "Constraint 9")
def three_database_instances(topology: Topology) -> Finding:
    """Check that every cluster has three instances or more, each in a different zone."""
    if not topology.databases:
        return absent("there is no database cluster")
    topology.require_zones()
    lines: list[str] = []
    for database in topology.databases:
        zones = {instance.zone for instance in database.instances if instance.zone}
        lines += [
            f"{instance.logical_id}: {instance.zone or 'no zone'}, tier {instance.promotion_tier}"
            for instance in database.instances
        ]
        for zone in zones - set(zones_of(topology.stack.region)):
            return broken(f"{zone} is not a zone of {topology.stack.region}", *lines)
        if len(database.instances) < _INSTANCES:
            have = len(database.instances)
            return broken(f"{database.logical_id} has {have} instances, not {_INSTANCES}", *lines)
        if len(zones) < len(database.instances):
            instances = quantity(len(database.instances), "instance")
            return broken(f"{instances} in {quantity(len(zones), 'zone')}", *lines)
    return kept(f"{quantity(len(lines), 'instance')}, each in its own zone", *lines)
