"""Compares the master password of a database with the secrets that its tasks receive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.topology.compute.secret_contents import values_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import TaskSecret
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database

_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
_REFERENCE = re.compile(
    r"\{\{resolve:secretsmanager:(?P<secret>.+?)"
    r"(:SecretString(:(?P<key>[^:{}]*)(:(?P<version>[^{}]*))?)?)?\}\}"
)
_CURRENT = {"", ":", "AWSCURRENT", "AWSCURRENT:"}


@dataclass(frozen=True, kw_only=True)
class Login:
    """The master user of a database cluster."""

    cluster: str
    user: str
    password: str


def secret_read(stack: Stack, cluster: StackResource) -> StackResource | None:
    """Return the secret in a cluster's dynamic reference; None if it is not in the stack."""
    found = _REFERENCE.fullmatch(cluster.properties.text("MasterUserPassword"))
    return _secret(stack, found["secret"]) if found else None


def unordered_reads(topology: Topology) -> Iterator[tuple[str, str]]:
    """Yield each cluster that reads a secret without depending on it, with the secret."""
    stack = topology.stack
    for cluster in stack.of_type("AWS::RDS::DBCluster", "AWS::RDS::DBInstance"):
        secret = secret_read(stack, cluster)
        if secret and secret.logical_id not in stack.dependencies.before(cluster.logical_id):
            yield cluster.logical_id, secret.logical_id


def wrong_logins(topology: Topology) -> tuple[str, ...]:
    """Return a sentence for each service that has a database user without its password."""
    logins = _logins(topology)
    users = {login.user: login.cluster for login in logins if login.user}
    return tuple(
        f"{service.logical_id} logs in as {user}, but not with the password of {cluster}"
        for service in topology.services
        for user, cluster in users.items()
        if user in _given(topology.stack, service) and not _fits(topology.stack, service, logins)
    )


def unseen_passwords(topology: Topology) -> tuple[str, ...]:
    """Return the clusters if no service is known to have the password of any of them."""
    stack, logins = topology.stack, _logins(topology)
    if any(_fits(stack, service, logins) for service in topology.services):
        return ()
    given = any(_given(stack, service) for service in topology.services)
    return tuple(
        login.cluster for login in logins if given or login.password.startswith("{{resolve:")
    )


def _logins(topology: Topology) -> tuple[Login, ...]:
    """Return the logins of the databases, without empty passwords, which AWS refuses."""
    found = (master_login(topology.stack, database) for database in topology.databases)
    return tuple(login for login in found if login.password)


def master_login(stack: Stack, database: Database) -> Login:
    """Return the master user of a database and its password, resolved as far as possible."""
    return reused(stack, lambda: _master_login(stack, database), database)


def _master_login(stack: Stack, database: Database) -> Login:
    fields, cluster = database.properties, database.logical_id
    password = resolved(stack, fields.text("MasterUserPassword"))
    if "MasterUserPassword" not in fields:
        # RDS manages the secret, or the template does not show the password.
        password = f"${{{cluster}.MasterUserSecret.SecretArn}}"
    user = resolved(stack, fields.text("MasterUsername"))
    return Login(cluster=cluster, user=user, password=password)


def secret_value(stack: Stack, secret: TaskSecret) -> str:
    """Return the value that a container gets from a secret, or "" if it is not in the stack."""
    source = stack.of(secret.source, _SECRET)
    return _value(stack, source, secret.key) if source else ""


def resolved(stack: Stack, text: str) -> str:
    """Resolve a dynamic reference to a secret of the stack; return other text unchanged."""
    found = _REFERENCE.fullmatch(text)
    secret = _secret(stack, found["secret"]) if found else None
    if found is None or secret is None or (found["version"] or "") not in _CURRENT:
        return text
    return _value(stack, secret, found["key"] or "")


def _fits(stack: Stack, service: Service, logins: tuple[Login, ...]) -> bool:
    given = _given(stack, service)
    return any(login.password in given - {login.user} for login in logins)


def _given(stack: Stack, service: Service) -> set[str]:
    """Return the secret values that ECS passes to a service, or the names of unknown ones."""
    return reused(stack, lambda: _values(stack, service), service.secrets)


def _values(stack: Stack, service: Service) -> set[str]:
    found: set[str] = set()
    for secret in service.secrets:
        source = stack.of(secret.source, _SECRET)
        if source is None:
            found.add(secret.source)
        elif secret.key:
            found.add(_value(stack, source, secret.key))
        else:
            found |= {*(values_in(stack, source) or {}).values(), _value(stack, source, "")}
    return found


def _value(stack: Stack, secret: StackResource, key: str) -> str:
    """Return the value of a secret's key; `${Secret:key}` if the template does not show it."""
    whole = secret.properties.text("SecretString")
    unseen = f"${{{secret.logical_id}:{key}}}"
    return (values_in(stack, secret) or {}).get(key, unseen) if key else whole or unseen


def _secret(stack: Stack, text: str) -> StackResource | None:
    """Return a secret by Ref, by name, or by its ARN without the random suffix."""
    name = text.rpartition(":secret:")[2]
    return next(
        (
            secret
            for secret in stack.of_type(_SECRET)
            if text == f"${{{secret.logical_id}}}" or name == name_of(secret)
        ),
        None,
    )
