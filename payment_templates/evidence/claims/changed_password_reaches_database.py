"""A password that changes, or goes from generated to given and back, reaches the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.passwords import lost_passwords, secrets_read

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A changed password reaches the database", "Issue: database updates")
def changed_password_reaches_database(topology: Topology) -> Finding:
    """Change each parameter, and compare the secret's content with what the cluster is sent.

    A secret whose content changes needs another name for it: the cluster then gets a new value, and
    a rollback finds the old secret as it was. With one name for both, the previous value may be
    read as the new one and nothing is sent, and a rollback generates a third password.
    """
    stack = topology.stack
    if not topology.databases:
        return broken("there is no database cluster")
    if lost := lost_passwords(stack):
        return broken(lost[0], *lost)
    lines = [f"{cluster}: reads {secret}" for cluster, secret in secrets_read(stack)]
    return kept("what changes a secret's content changes its name, or is sent as it is", *lines)
