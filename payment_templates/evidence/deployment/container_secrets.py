"""Finds secrets of containers that are read in the wrong version, by the wrong key or whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.variable_names import login_kind
from payment_templates.evidence.topology.compute.secret_contents import keys_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import TaskSecret

# A new secret has this version alone, and Secrets Manager chooses the ID of it:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
_STAGES = {"", "AWSCURRENT"}


def secret_problems(topology: Topology, secrets: tuple[TaskSecret, ...]) -> Iterator[str]:
    """Yield the secrets of the stack from which a container does not get what it asks for."""
    for secret in secrets:
        if not secret.from_ssm:
            if _is_new(topology, secret):
                yield from _version_problems(secret)
            yield from _key_problems(topology, secret)


def _is_new(topology: Topology, secret: TaskSecret) -> bool:
    """Return whether the stack creates the secret, or RDS with one of its databases."""
    return secret.source in topology.stack.resources or secret.source.startswith("${")


def _version_problems(secret: TaskSecret) -> Iterator[str]:
    version = secret.version or (secret.stage if secret.stage not in _STAGES else "")
    if version:
        place = f"{secret.container}.{secret.variable}"
        what = f"reads the version {version} of {secret.source}"
        yield f"{place} {what}, which a new secret does not have"


def _key_problems(topology: Topology, secret: TaskSecret) -> Iterator[str]:
    """Yield a user name in place of a password, the reverse, and a whole JSON object."""
    asked, given = login_kind(secret.variable), login_kind(secret.key)
    place = f"{secret.container}.{secret.variable}"
    if asked and given and asked != given:
        yield f"{place} gets the {secret.key} of {secret.source}"
    source = topology.stack.of(secret.source, "AWS::SecretsManager::Secret")
    if asked and source and not secret.key and keys_in(topology.stack, source):
        yield f"{place} gets the whole JSON object of {secret.source}, not its {asked}"
