"""An update restarts one database instance at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.deployment.replacement import cluster_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("An update restarts one database instance at a time", "Issue: database updates")
def instances_updated_one_by_one(topology: Topology) -> Finding:
    """Follow what the instances of a cluster wait for, and what an update changes on the cluster.

    Any two instances must wait for one another, and no parameter decides the cluster's port, which
    restarts all at once. A new engine version goes to the cluster: RDS chooses the order. Changes
    that are not applied immediately are applied in the maintenance window of each instance.

    CloudFormation updates resources that do not depend on each other at the same time; after the
    writer was restarted, one of its readers is the writer:
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds/issues/232
    """
    lines: list[str] = []
    for database in topology.databases:
        names = [instance.logical_id for instance in database.instances]
        before = {name: topology.stack.dependencies.before(name) for name in names}
        for index, name in enumerate(names):
            for other in names[index + 1 :]:
                if name not in before[other] and other not in before[name]:
                    return broken(f"{name} and {other} are updated at the same time", *lines)
        lines.append(
            f"{database.logical_id}: {' -> '.join(sorted(names, key=lambda n: len(before[n])))}"
        )
    if not lines:
        return broken("there is no database cluster")
    template = topology.stack.template
    if deciding := cluster_parameters(template, "Port"):
        return broken(f"{deciding[0]} changes the port: all instances restart at once", *lines)
    versions = (*cluster_parameters(template, "EngineVersion"), *_versions_elsewhere(topology))
    if versions:
        return conditional(
            f"if {', '.join(versions)} stays: RDS upgrades a cluster's instances in its own order",
            *lines,
        )
    if together := [*_deferred(topology)]:
        return conditional(f"if {' and '.join(together)} have other maintenance windows", *lines)
    return kept("each instance waits for the one before it", *lines)


def _versions_elsewhere(topology: Topology) -> Iterator[str]:
    """Yield the dynamic references that engine versions are read from."""
    for database in topology.databases:
        version = database.properties.text("EngineVersion")
        if "{{resolve:" in version:
            yield version


def _deferred(topology: Topology) -> Iterator[str]:
    """Yield the instances that apply changes in one maintenance window."""
    windows: dict[str, list[str]] = {}
    for instance in (one for database in topology.databases for one in database.instances):
        fields = topology.stack.resources[instance.logical_id].properties
        if fields.text("ApplyImmediately").lower() == "false":
            window = fields.text("PreferredMaintenanceWindow")
            windows.setdefault(window, []).append(instance.logical_id)
    for names in windows.values():
        if len(names) > 1:
            yield from names
