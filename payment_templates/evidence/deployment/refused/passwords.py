"""Finds generated passwords that RDS may refuse as a master password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.database_login import master_login
from payment_templates.facts.database_connections import (
    CLUSTER_PASSWORD_LENGTHS,
    PASSWORD_REFUSES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

# GetRandomPassword, PasswordLength and ExcludePunctuation.
_DEFAULT_LENGTH = 32


def password_refusals(topology: Topology) -> Iterator[str]:
    """Yield the secrets that may generate what RDS refuses: botocore rds, MasterUserPassword."""
    stack = topology.stack
    for database in topology.databases:
        password = database.properties.text("MasterUserPassword")
        if not password.startswith("{{resolve:secretsmanager:"):
            continue
        login = master_login(stack, database)
        for secret in stack.of_type("AWS::SecretsManager::Secret"):
            generated = secret.properties.child("GenerateSecretString")
            key = generated.text("GenerateStringKey")
            made = f"${{{secret.logical_id}:{key}}}"
            if generated.entries and login.password == made:
                problems = _problems(database, generated)
                yield from (f"{secret.logical_id} {problem}" for problem in problems)


def _problems(database: Database, generated: Properties) -> Iterator[str]:
    name = database.logical_id
    excluded = generated.text("ExcludeCharacters")
    without = generated.flag("ExcludePunctuation")
    left = [each for each in PASSWORD_REFUSES if each not in excluded and not without]
    if left:
        yield f"may generate {' '.join(left)}, which RDS refuses in the password of {name}"
    length = generated.whole("PasswordLength", _DEFAULT_LENGTH)
    taken = CLUSTER_PASSWORD_LENGTHS
    # Outside a cluster the engine decides the length.
    if database.is_cluster and length not in taken:
        accepted = f"RDS accepts {taken[0]} to {taken[-1]}"
        yield f"generates {length} characters for {name}: {accepted}"
