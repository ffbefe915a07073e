"""Finds values that AWS refuses, among those that the claims calculate with."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING

from payment_templates.cloudformation import properties_of
from payment_templates.evidence.deployment.engine_refusals import engine_refusals
from payment_templates.evidence.deployment.refused.access_lists import access_list_refusals
from payment_templates.evidence.deployment.refused.alarms import alarm_refusals
from payment_templates.evidence.deployment.refused.attributes import attribute_refusals
from payment_templates.evidence.deployment.refused.backups import plan_refusals
from payment_templates.evidence.deployment.refused.events import event_refusals
from payment_templates.evidence.deployment.refused.load_balancers import load_balancer_refusals
from payment_templates.evidence.deployment.refused.logs import log_refusals
from payment_templates.evidence.deployment.refused.passwords import password_refusals
from payment_templates.evidence.deployment.refused.policies import policy_refusals
from payment_templates.evidence.deployment.refused.private_zones import private_zone_refusals
from payment_templates.evidence.deployment.refused.stated_limits import limit_refusals
from payment_templates.evidence.deployment.refused.windows import window_refusals
from payment_templates.evidence.deployment.refused.zones import zone_refusals
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.refusals import ecs_refusals
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Value
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database
    from payment_templates.evidence.topology.traffic.load_balancer import TargetGroup

# CreateTargetGroup: HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds, UnhealthyThresholdCount.
INTERVAL_SECONDS = range(5, 301)
TIMEOUT_SECONDS = range(2, 121)
THRESHOLD = range(2, 11)
# CreateDBCluster, BackupRetentionPeriod.
_MOST_BACKUP_DAYS = 35


def refusals(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each value that AWS refuses; a linter checks all others."""
    yield from _subnet_refusals(topology)
    for group in topology.target_groups:
        yield from target_group_refusals(group)
    for database in topology.databases:
        yield from _database_refusals(topology, database)
    yield from zone_refusals(topology)
    yield from load_balancer_refusals(topology)
    yield from _reserved_names(topology)
    yield from ecs_refusals(topology.stack)
    yield from engine_refusals(topology.stack)
    yield from _service_refusals(topology)
    resources = topology.stack.resources.values()
    names = Counter((resource.type, name_of(resource)) for resource in resources)
    for (kind, name), count in names.items():
        if name and count > 1 and kind.startswith(("AWS::RDS::", "AWS::ElasticLoad", "AWS::IAM::")):
            yield f"{quantity(count, 'resource of', 'resources of')} {kind} have the name {name}"


def _service_refusals(topology: Topology) -> Iterator[str]:
    """Yield what single services refuse."""

    def refused() -> tuple[str, ...]:
        stack = topology.stack
        return (
            *(*attribute_refusals(stack), *event_refusals(stack), *log_refusals(stack)),
            *(*window_refusals(stack), *password_refusals(topology), *policy_refusals(stack)),
            *(*plan_refusals(stack), *alarm_refusals(stack), *limit_refusals(stack)),
            *(*access_list_refusals(stack), *private_zone_refusals(topology)),
        )

    yield from reused(topology.stack, refused)


def target_group_refusals(group: TargetGroup) -> Iterator[str]:
    """Yield a sentence for each health check setting that is outside AWS's range."""
    for what, value, taken in (
        ("interval", group.interval_seconds, INTERVAL_SECONDS),
        ("timeout", group.timeout_seconds, TIMEOUT_SECONDS),
        ("threshold", group.unhealthy_threshold, THRESHOLD),
    ):
        if value not in taken:
            accepted = f"AWS accepts {taken[0]} to {taken[-1]}"
            yield f"{group.logical_id} has a {what} of {value:g}; {accepted}"
    if group.timeout_seconds >= group.interval_seconds:
        yield f"{group.logical_id} has a timeout that is not shorter than its interval"


def _reserved_names(topology: Topology) -> Iterator[str]:
    """Yield the names that AWS keeps for itself.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
    https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    for resource in topology.stack.resources.values():
        if resource.type == "AWS::KMS::Alias" and name_of(resource).startswith("alias/aws/"):
            yield f"{resource.logical_id} has a name that starts with alias/aws/"
        tags = resource.properties.get("Tags")
        keys = [tag.text("Key") for tag in _tags_in(tags)]
        if reserved := [key for key in keys if key.lower().startswith("aws:")]:
            yield f"{resource.logical_id} has the tag {reserved[0]}: AWS reserves aws:"


def _tags_in(tags: Value) -> Iterator[Properties]:
    """Yield the tags of a list; other types have a map, or unknown tags."""
    if isinstance(tags, list):
        yield from (properties_of(tag, "Tags") for tag in tags if isinstance(tag, dict))


def _subnet_refusals(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each subnet that is outside its VPC or overlaps another.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    blocks: list[tuple[str, str, IPv4Network]] = []
    for subnet in topology.network.subnets.values():
        if outside := topology.network.outside(subnet):
            yield outside
        if block := _block(subnet.block):
            blocks.append((subnet.logical_id, subnet.vpc, block))
    for (first, home, block), (second, other_home, other) in combinations(blocks, 2):
        if home == other_home and block.overlaps(other):
            yield f"{first} and {second} overlap: {block}, {other}"


def _block(text: str) -> IPv4Network | None:
    try:
        return IPv4Network(text)
    except ValueError:
        return None


def _database_refusals(topology: Topology, database: Database) -> Iterator[str]:
    name = database.logical_id
    for instance in database.instances:
        engine = topology.stack.resources[instance.logical_id].properties.text("Engine")
        if engine and database.engine and engine != database.engine:
            yield f"{instance.logical_id} has the engine {engine}, but {name} has {database.engine}"
    days = database.properties.number("BackupRetentionPeriod")
    if days > _MOST_BACKUP_DAYS:
        yield f"{name} keeps backups for {days:g} days; RDS accepts at most {_MOST_BACKUP_DAYS}"
