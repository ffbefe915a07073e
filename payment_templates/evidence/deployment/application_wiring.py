"""Compares the environment variables and secrets of containers with the database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.database_endpoints import (
    endpoints_in,
    is_host,
    role_problem,
    words_of,
)
from payment_templates.evidence.deployment.database_login import master_login, secret_value

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import TaskSecret
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database

_ABOUT_DATABASE = {
    *("db", "database", "datasource", "pg", "pgdatabase", "pghost", "pguser", "pgpassword"),
    *("postgres", "postgresql", "mysql", "rds", "aurora"),
}
_NAME = {"name", "database", "dbname", "pgdatabase"}
_USER = {"user", "username", "pguser"}
_PASSWORD = {"password", "passwd", "pwd", "pgpassword"}
# Every server has them: https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
_ALWAYS_THERE = {"postgres", "template1"}
# host:port/name of a connection string.
_NAME_IN_URL = re.compile(r"\$\{\w+\.(?:Read)?Endpoint\.Address\}(?::[^/?]*)?/([^/?]+)")
# A new secret has this version alone:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
_STAGES = {"", "AWSCURRENT"}


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What was compared, what is wrong, and what the template does not show."""

    lines: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])
    conditions: list[str] = field(default_factory=list[str])


def wiring_of(topology: Topology) -> Wiring:
    """Compare every environment variable and secret of each service with the databases."""
    found = Wiring()
    for service in topology.services:
        for container, name, value in service.environment:
            _variable(topology, found, f"{container}.{name}", name, value)
        for secret in service.secrets:
            _secret(topology, found, secret)
        _login(topology, found, service)
    return found


def _variable(topology: Topology, found: Wiring, place: str, name: str, value: str) -> None:
    words = words_of(name)
    endpoints = endpoints_in(topology, value)
    for endpoint in endpoints:
        if problem := role_problem(name, endpoint):
            found.problems.append(f"{place} {problem}")
        else:
            found.lines.append(f"{place}: {endpoint}")
        for database_name in _NAME_IN_URL.findall(value):
            _database_name(found, place, endpoint.database, database_name)
    if endpoints or not words & _ABOUT_DATABASE or not value:
        return
    database = topology.databases[0] if len(topology.databases) == 1 else None
    if is_host(name):
        if "${" in value:
            found.problems.append(f"{place} gives {value}, not the endpoint of a database")
        elif topology.databases:
            found.conditions.append(f"{value}, which {place} gives, is the right host")
    elif database and words & _NAME and not words & (_USER | _PASSWORD):
        _database_name(found, place, database, value)
    elif database and words & _USER:
        _user(found, place, database, value)


def _database_name(found: Wiring, place: str, database: Database, name: str) -> None:
    stated = database.properties.text("DatabaseName" if database.is_cluster else "DBName")
    if "${" in name or name in _ALWAYS_THERE:
        return
    if not stated:
        found.conditions.append(f"{database.logical_id} has a database {name}")
    elif name.lower() != stated.lower():
        found.problems.append(
            f"{place} names the database {name}, but {database.logical_id} has {stated}"
        )
    else:
        found.lines.append(f"{place}: the database {stated} of {database.logical_id}")


def _user(found: Wiring, place: str, database: Database, user: str) -> None:
    master = database.properties.text("MasterUsername")
    if master and "${" not in user + master and user != master:
        found.conditions.append(f"{database.logical_id} has a user {user}, as {place} says")


def _secret(topology: Topology, found: Wiring, secret: TaskSecret) -> None:
    place = f"{secret.container}.{secret.variable}"
    if secret.from_ssm:
        parameter = topology.stack.of(secret.source, "AWS::SSM::Parameter")
        if parameter:
            value = parameter.properties.text("Value")
            _variable(topology, found, place, secret.variable, value)
        return
    if secret.stage not in _STAGES:
        found.problems.append(
            f"{place} reads the version {secret.stage} of {secret.source}, which a new secret "
            "does not have"
        )
    asked, given = words_of(secret.variable), words_of(secret.key)
    for kind, other in ((_PASSWORD, _USER), (_USER, _PASSWORD)):
        if asked & kind and not asked & other and given & other and not given & kind:
            found.problems.append(f"{place} gets the {secret.key} of {secret.source}")


def _login(topology: Topology, found: Wiring, service: Service) -> None:
    """Compare the user beside the master password with the master user."""
    for database in topology.databases:
        login = master_login(topology.stack, database)
        values = {
            secret: secret_value(topology.stack, secret)
            for secret in service.secrets
            if not secret.from_ssm
        }
        if login.password not in values.values():
            continue
        for secret, value in values.items():
            asks_user = words_of(secret.variable) & _USER
            if asks_user and login.user and value and "${" not in value and value != login.user:
                found.problems.append(
                    f"{secret.container}.{secret.variable} is {value}, but the user of "
                    f"{database.logical_id} with that password is {login.user}"
                )
