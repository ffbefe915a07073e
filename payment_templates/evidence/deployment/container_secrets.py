"""Finds secrets of containers that are read in the wrong version, by the wrong key or whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.variable_names import login_kind
from payment_templates.evidence.task_start.container_start import version_problems
from payment_templates.evidence.topology.compute.secret_contents import keys_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.containers import TaskSecret


def secret_problems(topology: Topology, secrets: tuple[TaskSecret, ...]) -> Iterator[str]:
    """Yield the secrets of the stack from which a container does not get what it asks for."""
    for secret in secrets:
        if not secret.from_ssm:
            yield from version_problems(topology.stack, secret)
            yield from _key_problems(topology, secret)


def _key_problems(topology: Topology, secret: TaskSecret) -> Iterator[str]:
    """Yield a user name in place of a password, the reverse, and a whole JSON object."""
    asked, given = login_kind(secret.variable), login_kind(secret.key)
    place = f"{secret.container}.{secret.variable}"
    if asked and given and asked != given:
        yield f"{place} gets the {secret.key} of {secret.source}"
    source = topology.stack.of(secret.source, "AWS::SecretsManager::Secret")
    if asked and source and not secret.key and keys_in(topology.stack, source):
        yield f"{place} gets the whole JSON object of {secret.source}, not its {asked}"
