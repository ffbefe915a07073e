"""Reads global databases: which cluster starts as the primary, and its copy in the other region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import attributes_in
from payment_templates.facts.recovery import GLOBAL_RPO_LEAST_SECONDS, GLOBAL_RPO_PARAMETER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

_GLOBAL_CLUSTER = "AWS::RDS::GlobalCluster"
_CLUSTER = "AWS::RDS::DBCluster"
_GROUP = "AWS::RDS::DBClusterParameterGroup"
# "An Aurora global database requires DB instance classes that are optimized for memory-intensive
# applications"; these are not:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-getting-started.html
_BURSTABLE = "db.t"
# RDS refuses them for a cluster that joins a global database as a secondary one:
# https://github.com/hashicorp/terraform-provider-aws/issues/10188, and GlobalClusterIdentifier in
# the resource schema of AWS::RDS::DBCluster.
_OF_PRIMARY = ("DatabaseName", "MasterUsername", "MasterUserPassword", "ManageMasterUserPassword")


@dataclass(frozen=True, kw_only=True)
class Member:
    """A cluster that belongs to a global database."""

    cluster: str
    # The name of the global database, which is the same in every region.
    name: str
    # Whether the stack makes the global database from it: it starts as the primary cluster.
    is_source: bool
    # Whether a resource of the stack is the global database.
    in_stack: bool


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A database and its copy in the other region, or why there is none."""

    database: Database
    member: Member | None
    other: Database | None = None
    # Why RDS refuses one of the two, or "".
    refused: str = ""
    # Why the template does not show a copy, although there may be one, or "".
    unseen: str = ""


def member_of(topology: Topology, database: Database) -> Member | None:
    """Return the membership of a database in a global database; None if it has none."""
    stack, name = topology.stack, database.logical_id
    for found in stack.of_type(_GLOBAL_CLUSTER):
        source = stack.find(found.properties.get("SourceDBClusterIdentifier"), _CLUSTER)
        if source and source.logical_id == name:
            own = found.properties.text("GlobalClusterIdentifier") or f"${{{found.logical_id}}}"
            return Member(cluster=name, name=own, is_source=True, in_stack=True)
    joined = database.properties.get("GlobalClusterIdentifier")
    here = stack.find(joined, _GLOBAL_CLUSTER)
    if here:
        own = here.properties.text("GlobalClusterIdentifier") or f"${{{here.logical_id}}}"
        return Member(cluster=name, name=own, is_source=False, in_stack=True)
    text = database.properties.text("GlobalClusterIdentifier")
    return Member(cluster=name, name=text, is_source=False, in_stack=False) if text else None


def is_secondary(topology: Topology, database: Database) -> bool:
    """Return whether a database joins a global database that another stack makes.

    It copies its data, users and passwords from the primary cluster.
    """
    member = member_of(topology, database)
    return member is not None and not member.in_stack


def origin_of(topology: Topology, database: Database) -> Database:
    """Return the database from which the names and users come: of a secondary cluster, the other.

    They come with the data.
    """
    if not is_secondary(topology, database):
        return database
    return _copy(topology, database).other or database


def readers_of_writer_endpoint(topology: Topology) -> tuple[str, ...]:
    """Return the resources that read the writer endpoint of a cluster that starts without a writer.

    RDS describes such a cluster without the endpoint, so Fn::GetAtt may fail:
    https://github.com/hashicorp/terraform-provider-aws/issues/14219
    """
    stack = topology.stack
    secondary = {each.logical_id for each in topology.databases if is_secondary(topology, each)}
    if not secondary:
        return ()
    readers = stack.template.derived(_readers_of_endpoints)
    return tuple(
        name for name, owners in readers.items() if owners & secondary and name in stack.resources
    )


def _readers_of_endpoints(template: Template) -> Mapping[str, set[str]]:
    """Return the resources that read the writer endpoint of any cluster, with these clusters."""
    found = {
        name: {
            owner
            for owner, attribute in attributes_in(resource.properties)
            if attribute == "Endpoint.Address"
        }
        for name, resource in template.resources.items()
    }
    return {name: owners for name, owners in found.items() if owners}


def copies_of(topology: Topology) -> tuple[Copy, ...]:
    """Return each database with its copy in the other region."""
    return tuple(_copy(topology, database) for database in topology.databases)


def has_copies(topology: Topology) -> bool:
    """Return whether every database has a copy in the other region."""
    copies = copies_of(topology)
    return bool(copies) and all(copy.other and not copy.refused for copy in copies)


def rpo_seconds(topology: Topology, database: Database) -> float | None:
    """Return the bound on lost writes in the parameter group of a database; None without one."""
    group = topology.stack.of(database.properties.target("DBClusterParameterGroupName"), _GROUP)
    parameters = group.properties.child("Parameters") if group else None
    if parameters is None or GLOBAL_RPO_PARAMETER not in parameters:
        return None
    return parameters.number(GLOBAL_RPO_PARAMETER)


def _copy(topology: Topology, database: Database) -> Copy:
    member = member_of(topology, database)
    if member is None:
        return Copy(database=database, member=None)
    refused = next(_refusals(topology, database, member), "")
    counterpart = topology.counterpart
    # Any template may have the other cluster; this one deploys the same stack to the other region.
    unseen = f"a cluster of another template in another region belongs to {member.name}"
    if counterpart is None:
        return Copy(database=database, member=member, refused=refused, unseen=unseen)
    for other in counterpart.databases:
        its = member_of(counterpart, other)
        if its is None or its.name != member.name:
            continue
        if its.in_stack and member.in_stack:
            break
        return Copy(
            database=database,
            member=member,
            other=other,
            refused=refused or next(_refusals(counterpart, other, its), ""),
            unseen="" if its.in_stack or member.in_stack else _nowhere(member),
        )
    else:
        return Copy(database=database, member=member, refused=refused)
    return Copy(database=database, member=member, refused=refused, unseen=unseen)


def _nowhere(member: Member) -> str:
    return f"the global cluster {member.name}, which is not in the template, exists"


def _refusals(topology: Topology, database: Database, member: Member) -> Iterator[str]:
    """Yield why RDS refuses a cluster of a global database, or cannot promote it."""
    name = f"{member.cluster} in {topology.stack.region}"
    for instance in database.instances:
        size = topology.stack.resources[instance.logical_id].properties.text("DBInstanceClass")
        if size.startswith(_BURSTABLE):
            what = f"{instance.logical_id} has the class {size}"
            yield f"{what}, which global databases do not take"
    bound = rpo_seconds(topology, database)
    if bound is not None and bound < GLOBAL_RPO_LEAST_SECONDS:
        yield (
            f"{GLOBAL_RPO_PARAMETER} of {name} is {bound:g} s: RDS accepts "
            f"{GLOBAL_RPO_LEAST_SECONDS} s or more"
        )
    if not member.in_stack:
        yield from _refusals_of_secondary(database, name)


def _refusals_of_secondary(database: Database, name: str) -> Iterator[str]:
    fields = database.properties
    for given in _OF_PRIMARY:
        if given in fields:
            yield f"{name} has {given}, which RDS refuses for a secondary cluster"
    if fields.flag("StorageEncrypted"):
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/719
        for needed in ("SourceRegion", "KmsKeyId"):
            if needed not in fields:
                yield f"{name} is encrypted, and has no {needed}: RDS refuses it"
    if not database.instances:
        yield f"{name} has no instance to promote"
