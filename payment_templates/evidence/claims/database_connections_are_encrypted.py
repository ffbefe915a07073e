"""Checks that the database refuses unencrypted connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.facts.database_connections import (
    MINIMUM_VERSION,
    OLD_VERSIONS,
    TLS_PARAMETERS,
    TlsParameter,
    family_of,
    major_version,
)
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The property that sets the parameter group of each type, and the group's type.
_GROUPS = {
    "AWS::RDS::DBCluster": ("DBClusterParameterGroupName", "AWS::RDS::DBClusterParameterGroup"),
    "AWS::RDS::DBInstance": ("DBParameterGroupName", "AWS::RDS::DBParameterGroup"),
}
_DEFAULT_GROUP = "default."


@claim("The database takes only encrypted connections", "PCI DSS 4.2.1")
def database_connections_are_encrypted(topology: Topology) -> Finding:
    """Check that the parameter that requires TLS is on, in the parameter group or by default.

    The parameter is rds.force_ssl for PostgreSQL and require_secure_transport for MySQL and
    MariaDB. RDS refuses a parameter group of another engine or version family. The default is on
    for RDS for PostgreSQL from version 15, and off for Aurora PostgreSQL:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
    """
    if not topology.databases:
        return absent("there is no database")
    lines: list[str] = []
    doubts: list[str] = []
    for database in topology.databases:
        resource = topology.stack.resources[database.logical_id]
        parameter = TLS_PARAMETERS.get(database.engine.lower())
        if parameter is None:
            engine = database.engine or "an unknown engine"
            doubts.append(f"{database.logical_id}, which is {engine}, refuses plain connections")
            continue
        required, why = _requires(topology.stack, resource, parameter, database.engine.lower())
        if required is False:
            return broken(f"{database.logical_id} takes plain or weak connections: {why}", *lines)
        if required is None:
            doubts.append(f"{database.logical_id} requires TLS: {why}")
        lines.append(f"{database.logical_id}: {why}")
    if doubts:
        first, *others = doubts
        rest = quantity(len(others), "more database does", "more databases do")
        more = f", and {rest}" if others else ""
        return conditional(f"if {first}{more}", *lines, *others)
    return kept(f"{len(lines)} {'database requires' if len(lines) == 1 else 'require'} TLS", *lines)


def _requires(
    stack: Stack, resource: StackResource, parameter: TlsParameter, engine: str
) -> tuple[bool | None, str]:
    """Return whether a database requires TLS (None if the template does not show it), and why."""
    fields = resource.properties
    name, group_type = _GROUPS[resource.type]
    version = fields.text("EngineVersion")
    group = stack.find(fields.get(name), group_type)
    if group is None:
        given = fields.text(name)
        if given and not given.startswith(_DEFAULT_GROUP):
            return None, f"{given} is not in the template"
        return _default(parameter, engine, version, f"no {name}")
    family, expected = group.properties.text("Family"), family_of(engine, version)
    if expected and family != expected:
        return False, f"{group.logical_id} is for {family}, not {expected}: RDS refuses it"
    parameters = group.properties.child("Parameters")
    oldest = parameters.text(MINIMUM_VERSION)
    if oldest in OLD_VERSIONS:
        return False, f"{MINIMUM_VERSION} is {oldest} in {group.logical_id}"
    if parameter.name in parameters:
        value = parameters.text(parameter.name)
        return value.lower() in parameter.on, f"{parameter.name} is {value} in {group.logical_id}"
    return _default(parameter, engine, version, f"{group.logical_id} does not set it")


def _default(
    parameter: TlsParameter, engine: str, version: str, where: str
) -> tuple[bool | None, str]:
    required = parameter.default(major_version(engine, version))
    if required is None:
        which = f"of {engine} {version}" if version else "of the version that RDS chooses"
        return None, f"{where}, and the default {which} is not known here"
    state = "on" if required else "off"
    return required, f"{where}, and {parameter.name} is {state} by default: {parameter.source}"
