"""Reads database clusters: the zone of each instance, the port, and the order of promotion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.topology.network import zone_of
from payment_templates.evidence.topology.security_groups import groups_or_default
from payment_templates.facts.resource_defaults import find_default

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A database instance: its zone and its promotion tier."""

    logical_id: str
    # Empty if RDS chooses it.
    zone: str
    promotion_tier: int


@dataclass(frozen=True, kw_only=True)
class Database:
    """A database cluster with its instances: the writer, then the readers by promotion tier."""

    logical_id: str
    engine: str
    properties: Properties
    port: int
    # Where the port comes from: the template, or the default of CloudFormation or AWS.
    port_source: str
    security_groups: tuple[str, ...]
    subnets: tuple[str, ...]
    instances: tuple[Instance, ...]

    @property
    def writer(self) -> Instance | None:
        """The writer: the instance that is created first."""
        return self.instances[0] if self.instances else None

    @property
    def readers(self) -> tuple[Instance, ...]:
        """The readers, in the order in which RDS promotes them."""
        return self.instances[1:]


def read_databases(stack: Stack) -> tuple[Database, ...]:
    """Read every cluster; the writer is the instance that depends on no other instance."""
    return tuple(_database(stack, cluster) for cluster in stack.of_type("AWS::RDS::DBCluster"))


def _database(stack: Stack, cluster: StackResource) -> Database:
    members = [
        instance
        for instance in stack.of_type("AWS::RDS::DBInstance")
        if stack.find(instance.properties.get("DBClusterIdentifier"), cluster.type) is cluster
    ]
    group = stack.find(cluster.properties.get("DBSubnetGroupName"), "AWS::RDS::DBSubnetGroup")
    names = {member.logical_id for member in members}
    ordered = sorted(
        members,
        key=lambda member: (
            bool(names & set(member.depends_on)),
            # CreateDBInstance, PromotionTier: the lowest tier is promoted first.
            member.properties.number("PromotionTier"),
        ),
    )
    return Database(
        logical_id=cluster.logical_id,
        engine=cluster.properties.text("Engine"),
        properties=cluster.properties,
        port=cluster.properties.whole("Port"),
        port_source=_port_source(cluster),
        security_groups=groups_or_default(cluster.properties, "VpcSecurityGroupIds"),
        subnets=group.properties.targets("SubnetIds") if group else (),
        instances=tuple(
            Instance(
                logical_id=member.logical_id,
                zone=zone_of(stack, member.properties.get("AvailabilityZone")),
                promotion_tier=member.properties.whole("PromotionTier"),
            )
            for member in ordered
        ),
    )


def _port_source(cluster: StackResource) -> str:
    if "Port" in cluster.properties:
        return f"{cluster.logical_id}.Port"
    default = find_default(cluster.type, "Port", cluster.properties.entries)
    if default is None:
        raise UnexpectedValueError(
            f"{cluster.properties.place}.Port", "it is absent and has no known default"
        )
    return f"the {default.set_by}'s default, as {cluster.logical_id} has no Port: {default.source}"
