"""Checks that an update restarts one database instance at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.replacement import cluster_parameters
from payment_templates.evidence.faults.storage_quorum import is_aurora

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

# Dynamic references without a version, which CloudFormation resolves again at every update. With a
# version they are `name:3` for an SSM parameter, `key::version-id` for a secret.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
_LATEST = re.compile(r"\{\{resolve:(ssm:[^:{}]+|secretsmanager:((?!::[^:{}]+\}\}).)+)\}\}")


@claim("An update restarts one database instance at a time", "Issue: database updates")
def instances_updated_one_by_one(topology: Topology) -> Finding:
    """Check that a cluster's instances depend on each other, and that no parameter restarts all.

    CloudFormation updates resources that do not depend on each other in parallel, so of any two
    instances one must depend on the other. Three changes ignore that order: a new port of the
    cluster restarts all instances at once, RDS chooses the order for a new engine version, and a
    change that waits for a maintenance window waits for no other instance. Without the template,
    Aurora upgrades a cluster to a new minor version, unless an instance turns that off:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.Maintenance.html#Aurora.Maintenance.AMVU
    After the writer is restarted, a reader becomes the writer:
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
    if problem := next(_problems(topology), ""):
        return broken(problem, *lines)
    open_ = [
        reason for database in topology.databases for reason in _undecided(topology.stack, database)
    ]
    if deciding := cluster_parameters(template, "EngineVersion"):
        open_.append(
            f"{', '.join(deciding)} does not change: RDS upgrades a cluster's instances in its own "
            "order"
        )
    if open_:
        return conditional(f"if {', and '.join(open_)}", *lines)
    return kept("each instance waits for the previous one", *lines)


def _problems(topology: Topology) -> Iterator[str]:
    """Yield what restarts the instances without regard to their order."""
    if deciding := cluster_parameters(topology.stack.template, "Port"):
        yield f"{deciding[0]} changes the port: all instances restart at once"
    for database in topology.databases:
        if _upgrades_itself(topology.stack, database):
            yield (
                f"Aurora upgrades the instances of {database.logical_id} by itself, in its own "
                "order: AutoMinorVersionUpgrade is on for each of them"
            )


def _upgrades_itself(stack: Stack, database: Database) -> bool:
    """Return whether Aurora upgrades several instances: if each of them has that on, as by default.

    "If any DB instance in your cluster has this setting turned off, the cluster isn't automatically
    upgraded."
    """
    instances = [stack.resources[each.logical_id].properties for each in database.instances]
    return (
        is_aurora(database)
        and len(instances) > 1
        and database.properties.text("AutoMinorVersionUpgrade").lower() != "false"
        and all(each.flag("AutoMinorVersionUpgrade") for each in instances)
    )


def _undecided(stack: Stack, database: Database) -> Iterator[str]:
    """Yield the assumptions that AWS or another stack decides."""
    cluster = database.logical_id
    if not database.instances:
        yield f"the instances of {cluster}, which are not in the template, depend on each other"
    if _LATEST.search(database.properties.text("EngineVersion")):
        yield (
            f"the stored version of {cluster} does not change: RDS upgrades instances in its own "
            "order"
        )
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
