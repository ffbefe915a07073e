"""An update restarts one database instance at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.replacement import cluster_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

# CloudFormation reads the latest value at an update, except of a version: `name:3` of an SSM
# parameter, `key::version-id` of a secret.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
_LATEST = re.compile(r"\{\{resolve:(ssm:[^:{}]+|secretsmanager:((?!::[^:{}]+\}\}).)+)\}\}")


@claim("An update restarts one database instance at a time", "Issue: database updates")
def instances_updated_one_by_one(topology: Topology) -> Finding:
    """Follow what the instances of a cluster wait for, and what an update changes on the cluster.

    Any two instances must wait for one another, and no parameter decides the cluster's port, which
    restarts all at once. A new engine version goes to the cluster: RDS chooses the order. What an
    instance leaves to its maintenance window waits for no other instance.

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
        return absent("there is no database cluster")
    template = topology.stack.template
    if deciding := cluster_parameters(template, "Port"):
        return broken(f"{deciding[0]} changes the port: all instances restart at once", *lines)
    open_ = [
        reason for database in topology.databases for reason in _undecided(topology.stack, database)
    ]
    if deciding := cluster_parameters(template, "EngineVersion"):
        open_.append(
            f"{', '.join(deciding)} stays: RDS upgrades a cluster's instances in its own order"
        )
    if open_:
        return conditional(f"if {', and '.join(open_)}", *lines)
    return kept("each instance waits for the one before it", *lines)


def _undecided(stack: Stack, database: Database) -> Iterator[str]:
    """Yield what else must be so: AWS or another stack decides it."""
    cluster = database.logical_id
    if not database.instances:
        yield f"the instances of {cluster}, which are not in the template, wait for one another"
    if _LATEST.search(database.properties.text("EngineVersion")):
        yield f"the stored version of {cluster} stays: RDS upgrades instances in its own order"
    later = [
        instance.logical_id
        for instance in database.instances
        if _waits_for_window(stack.resources[instance.logical_id].properties)
    ]
    if len(later) > 1:
        yield f"the maintenance windows of {', '.join(later)} do not overlap"


def _waits_for_window(instance: Properties) -> bool:
    # DBInstance, ApplyImmediately: true by default.
    return "ApplyImmediately" in instance and not instance.flag("ApplyImmediately")
