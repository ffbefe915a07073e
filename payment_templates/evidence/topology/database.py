"""Reads databases: the zone of each instance, the port, and the order of promotion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.topology.network.security_groups import groups_or_default
from payment_templates.evidence.topology.network.subnets import zone_of
from payment_templates.facts.database_connections import default_port
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


# Compared by identity: stacks share equal databases.
@dataclass(frozen=True, kw_only=True, eq=False)
class Database:
    """A database cluster, or an instance outside one, with the writer first, then the readers."""

    logical_id: str
    # Whether it is a cluster, not an instance outside one.
    is_cluster: bool
    engine: str
    properties: Properties
    # 0 where the engine decides it, and the template does not show the engine.
    stated_port: int
    # Where the port comes from: the template, or the default of CloudFormation or AWS.
    port_source: str
    security_groups: tuple[str, ...]
    subnets: tuple[str, ...]
    instances: tuple[Instance, ...]
    # Whether RDS itself keeps copies in other zones, to which it fails over.
    standby: bool

    @property
    def port(self) -> int:
        """The port that it listens on; raises UnexpectedValueError where that is not known."""
        if not self.stated_port:
            what = f"the port of {self.engine or 'an engine that is not stated'} is not known here"
            raise UnexpectedValueError(f"{self.properties.place}.Port", what)
        return self.stated_port

    @property
    def writer(self) -> Instance | None:
        """The writer: the instance that is created first."""
        return self.instances[0] if self.instances else None

    @property
    def readers(self) -> tuple[Instance, ...]:
        """The readers, in the order in which RDS promotes them."""
        return self.instances[1:]

    @property
    def heirs(self) -> tuple[Instance, ...]:
        """The readers of which at least one is in another zone than the writer, whatever RDS does.

        RDS chooses the zone of an instance that sets none, which may be that of another instance.
        Readers in two zones cannot both be in the writer's.
        """
        placed = tuple(reader for reader in self.readers if reader.zone)
        if self.writer and self.writer.zone:
            return tuple(reader for reader in placed if reader.zone != self.writer.zone)
        return placed if len({reader.zone for reader in placed}) > 1 else ()


def read_databases(stack: Stack) -> tuple[Database, ...]:
    """Read every cluster, and every instance outside one.

    The writer of a cluster is the instance that depends on no other instance. A read replica is not
    a separate database: RDS does not promote it by itself.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html
    """
    clusters = (_cluster(stack, cluster) for cluster in stack.of_type("AWS::RDS::DBCluster"))
    alone = (
        _instance(stack, instance)
        for instance in stack.of_type("AWS::RDS::DBInstance")
        if not any(name in instance.properties for name in _OF_ANOTHER)
    )
    return (*clusters, *alone)


# What makes an instance a part or a copy of another database.
_OF_ANOTHER = ("DBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier")


def _cluster(stack: Stack, cluster: StackResource) -> Database:
    return reused(stack, lambda: _database(stack, cluster), cluster)


def _instance(stack: Stack, instance: StackResource) -> Database:
    return reused(stack, lambda: _alone(stack, instance), instance)


def _alone(stack: Stack, instance: StackResource) -> Database:
    fields = instance.properties
    engine = fields.text("Engine")
    given = "Port" in fields
    name = instance.logical_id
    zone = zone_of(stack, fields.get("AvailabilityZone"))
    return Database(
        logical_id=name,
        is_cluster=False,
        engine=engine,
        properties=fields,
        stated_port=fields.whole("Port") if given else default_port(engine),
        port_source=f"{name}.Port" if given else f"RDS's default for {engine}",
        security_groups=groups_or_default(fields, "VPCSecurityGroups"),
        subnets=_subnets(stack, fields),
        instances=(Instance(logical_id=name, zone=zone, promotion_tier=0),),
        standby=fields.flag("MultiAZ"),
    )


def _subnets(stack: Stack, fields: Properties) -> tuple[str, ...]:
    group = stack.find(fields.get("DBSubnetGroupName"), "AWS::RDS::DBSubnetGroup")
    return group.properties.targets("SubnetIds") if group else ()


def _database(stack: Stack, cluster: StackResource) -> Database:
    members = [
        instance
        for instance in stack.of_type("AWS::RDS::DBInstance")
        if stack.find(instance.properties.get("DBClusterIdentifier"), cluster.type) is cluster
    ]
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
        is_cluster=True,
        engine=cluster.properties.text("Engine"),
        properties=cluster.properties,
        stated_port=cluster.properties.whole("Port"),
        port_source=_port_source(cluster),
        security_groups=groups_or_default(cluster.properties, "VpcSecurityGroupIds"),
        subnets=_subnets(stack, cluster.properties),
        instances=tuple(
            Instance(
                logical_id=member.logical_id,
                zone=zone_of(stack, member.properties.get("AvailabilityZone")),
                promotion_tier=member.properties.whole("PromotionTier"),
            )
            for member in ordered
        ),
        # A Multi-AZ DB cluster has a writer and two readers of its own, each in another zone:
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html
        standby="DBClusterInstanceClass" in cluster.properties,
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
