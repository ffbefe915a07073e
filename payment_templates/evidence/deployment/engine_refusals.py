"""Finds parameter groups and engine modes that do not match the engine of a database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.facts.database_connections import EXPIRED_AUTHORITIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource

# Engines whose parameter group family is the engine and the start of its version: botocore rds,
# CreateDBClusterParameterGroup, DBParameterGroupFamily.
_ENGINES = ("aurora-mysql", "aurora-postgresql", "mariadb", "mysql", "postgres")
_FAMILY = re.compile(r"(.*?)(\d.*)")
_CLUSTER, _INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"
_GROUPS = {
    _CLUSTER: ("DBClusterParameterGroupName", "AWS::RDS::DBClusterParameterGroup"),
    _INSTANCE: ("DBParameterGroupName", "AWS::RDS::DBParameterGroup"),
}


def engine_refusals(stack: Stack) -> Iterator[str]:
    """Yield a sentence for each parameter group or engine mode that RDS refuses."""
    for database in stack.of_type(*_GROUPS):
        name, group_type = _GROUPS[database.type]
        if group := stack.find(database.properties.get(name), group_type):
            yield from _family_refusals(database, group)
    yield from _certificate_refusals(stack)
    for cluster in stack.of_type(_CLUSTER):
        # CreateDBCluster, EngineMode: serverless is Aurora Serverless v1, which has no instances.
        mode = cluster.properties.text("EngineMode")
        members = _members(stack, cluster) if mode == "serverless" else ()
        if mode not in {"", "provisioned", "serverless"}:
            accepted = "RDS accepts provisioned or serverless"
            yield f"{cluster.logical_id} has the engine mode {mode}: {accepted}"
        for member in members:
            yield f"{member.logical_id} is in the serverless cluster {cluster.logical_id}"


def _certificate_refusals(stack: Stack) -> Iterator[str]:
    """Yield the instances with a certificate authority that has expired."""
    for instance in stack.of_type(_INSTANCE):
        authority = instance.properties.text("CACertificateIdentifier")
        if authority in EXPIRED_AUTHORITIES:
            expired = EXPIRED_AUTHORITIES[authority]
            yield f"{instance.logical_id} has the certificate authority {authority}: {expired}"


def _family_refusals(database: StackResource, group: StackResource) -> Iterator[str]:
    engine, version = (database.properties.text(name) for name in ("Engine", "EngineVersion"))
    family = group.properties.text("Family")
    found = _FAMILY.fullmatch(family)
    if engine not in _ENGINES or found is None:
        return
    # EngineVersion may be only the major version.
    fits = not version or f"{version}.".startswith(f"{found[2]}.") or found[2].startswith(version)
    if found[1] != engine or not fits:
        runs = f"{engine} {version}".strip()
        yield f"{database.logical_id} runs {runs}, but {group.logical_id} is for {family}"


def _members(stack: Stack, cluster: StackResource) -> Iterator[StackResource]:
    for instance in stack.of_type(_INSTANCE):
        if stack.find(instance.properties.get("DBClusterIdentifier"), _CLUSTER) is cluster:
            yield instance
