"""Compares the password of a database with what the tasks are given to log in with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.topology.containers import values_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database
    from payment_templates.evidence.topology.service import Service

_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
_REFERENCE = re.compile(
    r"\{\{resolve:secretsmanager:(?P<secret>.+?)"
    r"(:SecretString(:(?P<key>[^:{}]*)(:(?P<version>[^{}]*))?)?)?\}\}"
)
_CURRENT = {"", ":", "AWSCURRENT", "AWSCURRENT:"}


@dataclass(frozen=True, kw_only=True)
class _Login:
    """The user of a database that the template creates it with."""

    cluster: str
    user: str
    password: str


def secret_read(stack: Stack, cluster: StackResource) -> StackResource | None:
    """Return the secret of the stack that a cluster reads its password from, by Ref or by name."""
    found = _REFERENCE.fullmatch(cluster.properties.text("MasterUserPassword"))
    return _secret(stack, found["secret"]) if found else None


def unordered_reads(topology: Topology) -> Iterator[tuple[str, str]]:
    """Yield each cluster with the secret that it reads and does not wait for."""
    stack = topology.stack
    for cluster in stack.of_type("AWS::RDS::DBCluster"):
        secret = secret_read(stack, cluster)
        if secret and secret.logical_id not in stack.dependencies.before(cluster.logical_id):
            yield cluster.logical_id, secret.logical_id


def wrong_logins(topology: Topology) -> tuple[str, ...]:
    """Return which services have the user of a database, and not its password."""
    logins = _logins(topology)
    users = {login.user: login.cluster for login in logins if login.user}
    return tuple(
        f"{service.logical_id} logs in as {user}, but not with the password of {cluster}"
        for service in topology.services
        for user, cluster in users.items()
        if user in _given(topology.stack, service) and not _fits(topology.stack, service, logins)
    )


def unseen_passwords(topology: Topology) -> tuple[str, ...]:
    """Return the clusters if the template does not show that a service has the password of one."""
    stack, logins = topology.stack, _logins(topology)
    if any(_fits(stack, service, logins) for service in topology.services):
        return ()
    given = any(_given(stack, service) for service in topology.services)
    return tuple(
        login.cluster for login in logins if given or login.password.startswith("{{resolve:")
    )


def _logins(topology: Topology) -> tuple[_Login, ...]:
    """Return the logins of the databases; AWS refuses an empty password, and creates none."""
    found = (_login(topology.stack, database) for database in topology.databases)
    return tuple(login for login in found if login.password)


def _login(stack: Stack, database: Database) -> _Login:
    fields, cluster = database.properties, database.logical_id
    password = _resolved(stack, fields.text("MasterUserPassword"))
    if "MasterUserPassword" not in fields:
        # The secret that RDS manages; or the template does not show the password.
        password = f"${{{cluster}.MasterUserSecret.SecretArn}}"
    user = _resolved(stack, fields.text("MasterUsername"))
    return _Login(cluster=cluster, user=user, password=password)


def _fits(stack: Stack, service: Service, logins: tuple[_Login, ...]) -> bool:
    given = _given(stack, service)
    return any(login.password in given - {login.user} for login in logins)


def _given(stack: Stack, service: Service) -> set[str]:
    """Give the values of the secrets that a service is started with, or what they are read from."""
    found: set[str] = set()
    for secret in service.secrets:
        source = stack.of(secret.source, _SECRET)
        if source is None:
            found.add(secret.source)
        elif secret.key:
            found.add(_value(source, secret.key))
        else:
            found |= {*(values_in(source) or {}).values(), _value(source, "")}
    return found


def _resolved(stack: Stack, text: str) -> str:
    """Follow a dynamic reference to a secret of the stack; other text stays as it is."""
    found = _REFERENCE.fullmatch(text)
    secret = _secret(stack, found["secret"]) if found else None
    if found is None or secret is None or (found["version"] or "") not in _CURRENT:
        return text
    return _value(secret, found["key"] or "")


def _value(secret: StackResource, key: str) -> str:
    """Return what a secret holds under a key; what the template does not show gets a name."""
    whole = secret.properties.text("SecretString")
    unseen = f"${{{secret.logical_id}:{key}}}"
    return (values_in(secret) or {}).get(key, unseen) if key else whole or unseen


def _secret(stack: Stack, text: str) -> StackResource | None:
    """Find a secret by Ref, its name, or the ARN without the characters that AWS adds."""
    name = text.rpartition(":secret:")[2]
    return next(
        (
            secret
            for secret in stack.of_type(_SECRET)
            if text == f"${{{secret.logical_id}}}" or name == name_of(secret)
        ),
        None,
    )
