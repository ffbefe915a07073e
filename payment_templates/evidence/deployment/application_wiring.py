"""Compares the environment variables and secrets of containers with the database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.container_secrets import secret_problems
from payment_templates.evidence.deployment.database_endpoints import (
    endpoints_in,
    role_problem,
    wrong_host,
    wrong_reference,
)
from payment_templates.evidence.deployment.database_login import (
    master_login,
    resolved,
    secret_value,
)
from payment_templates.evidence.deployment.variable_names import (
    is_of_another_database,
    kind_of,
    login_kind,
    stem_of,
)
from payment_templates.evidence.faults.global_databases import (
    origin_of,
    readers_of_writer_endpoint,
)
from payment_templates.evidence.reuse import reused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import Containers
    from payment_templates.evidence.topology.database import Database

# Every server has them: https://www.postgresql.org/docs/current/manage-ag-templatedbs.html
_ALWAYS_THERE = {"postgres", "template1"}
# What a variable such as DATABASE or USE_DB says in place of a name.
_NO_NAME = re.compile(
    r"\d*|true|false|yes|no|on|off|mysql|mariadb|postgresql|aurora[\w-]*", re.IGNORECASE
)
# host:port/name of a connection string.
_NAME_IN_URL = re.compile(r"\$\{\w+\.(?:Read)?Endpoint\.Address\}(?::[^/?#;]*)?/([^/?#;&\s,\"']+)")


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """The result of the comparison: evidence, problems, and unconfirmed assumptions."""

    lines: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])
    conditions: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, kw_only=True)
class _Variable:
    """An environment variable, with its value as far as the template shows it."""

    container: str
    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.container}.{self.name}"


def wiring_of(topology: Topology) -> Wiring:
    """Compare every environment variable and secret of each service with the databases."""
    found = Wiring()
    for service in topology.services:
        own = _of_containers(topology, service.containers)
        found.lines.extend(own.lines)
        found.problems.extend(own.problems)
        found.conditions.extend(own.conditions)
    if names := readers_of_writer_endpoint(topology):
        found.conditions.append(
            f"CloudFormation finds the writer endpoint that {', '.join(names)} reads, in a region "
            "that starts without a writer"
        )
    return found


def _of_containers(topology: Topology, containers: Containers) -> Wiring:
    return reused(topology.stack, lambda: _compared(topology, containers), containers)


def _compared(topology: Topology, containers: Containers) -> Wiring:
    found = Wiring()
    variables = tuple(_variables(topology, containers))
    for variable in variables:
        _compare(topology, found, variable)
    found.problems.extend(secret_problems(topology, containers.secrets))
    found.problems.extend(_login_problems(topology, variables))
    return found


def _variables(topology: Topology, containers: Containers) -> Iterator[_Variable]:
    """Yield the variables of containers, and the secrets as far as the template shows them."""
    stack = topology.stack
    for container, name, value in containers.environment:
        yield _Variable(container=container, name=name, value=resolved(stack, value))
    for secret in containers.secrets:
        parameter = stack.of(secret.source, "AWS::SSM::Parameter")
        value = (
            (parameter.properties.text("Value") if parameter else "")
            if secret.from_ssm
            else secret_value(stack, secret)
        )
        yield _Variable(container=secret.container, name=secret.variable, value=value)


def _compare(topology: Topology, found: Wiring, variable: _Variable) -> None:
    kind, value = kind_of(variable.name), variable.value
    endpoints = endpoints_in(topology, value)
    if endpoints:
        _endpoints(topology, found, variable)
    elif kind == "host" and (wrong := wrong_host(topology, value)):
        found.problems.append(f"{variable} gives {wrong}, not the endpoint of a database")
    elif kind == "port" and (wrong := wrong_reference(topology, value)):
        if not wrong.endswith("Endpoint.Port}"):
            found.problems.append(f"{variable} gives {wrong}, not its port")
    elif kind == "host" and value:
        found.conditions.append(f"{value}, which {variable} gives, is the right host")
    elif len(topology.databases) == 1:
        if kind == "name":
            _database_name(topology, found, variable, topology.databases[0], value)
        elif kind == "user":
            _user(found, variable, origin_of(topology, topology.databases[0]))


def _endpoints(topology: Topology, found: Wiring, variable: _Variable) -> None:
    endpoints = endpoints_in(topology, variable.value)
    if kind_of(variable.name) in {"port", "user", "password"}:
        found.problems.append(f"{variable} gives {endpoints[0]}, not the {kind_of(variable.name)}")
    elif problem := role_problem(variable.name, endpoints):
        found.problems.append(f"{variable} {problem}")
    else:
        found.lines.extend(f"{variable}: {endpoint}" for endpoint in endpoints)
    for name in _NAME_IN_URL.findall(variable.value):
        _database_name(topology, found, variable, endpoints[0].database, name)


def _database_name(
    topology: Topology, found: Wiring, variable: _Variable, database: Database, name: str
) -> None:
    origin = origin_of(topology, database).properties
    stated = origin.text("DatabaseName" if database.is_cluster else "DBName")
    if "${" in name or name in _ALWAYS_THERE or _NO_NAME.fullmatch(name):
        return
    if stated and name.lower() == stated.lower():
        found.lines.append(f"{variable}: the database {stated} of {database.logical_id}")
    elif not stated or is_of_another_database(variable.name):
        # An application may create further databases itself.
        found.conditions.append(f"{database.logical_id} has a database {name}")
    else:
        found.problems.append(
            f"{variable} names the database {name}, but {database.logical_id} has {stated}"
        )


def _user(found: Wiring, variable: _Variable, database: Database) -> None:
    master, user = database.properties.text("MasterUsername"), variable.value
    if master and user and "${" not in user + master and user != master:
        found.conditions.append(f"{database.logical_id} has a user {user}, as {variable} says")


def _login_problems(topology: Topology, variables: tuple[_Variable, ...]) -> Iterator[str]:
    """Compare the users that go with the master password, such as DB_USER, with the master user."""
    logins = [master_login(topology.stack, database) for database in topology.databases]
    of_password = {login.password: login for login in logins if login.password}
    for password in variables:
        login = of_password.get(password.value)
        if login is None or login_kind(password.name) != "password" or "${" in login.user:
            continue
        users = [
            other
            for other in variables
            if other.container == password.container
            and login_kind(other.name) == "user"
            and stem_of(other.name) == stem_of(password.name)
            and other.value
        ]
        if any("${" in user.value or user.value == login.user for user in users):
            continue
        for user in users:
            yield (
                f"{user} is {user.value}, but the user of {login.cluster} with that password is "
                f"{login.user}"
            )
