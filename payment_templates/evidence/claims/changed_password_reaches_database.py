"""A password that changes, or goes from generated to given and back, reaches the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.database_login import (
    unordered_reads,
    unseen_passwords,
    wrong_logins,
)
from payment_templates.evidence.deployment.password_change import password_changes, secrets_read

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A changed password reaches the database", "Issue: database updates")
def changed_password_reaches_database(topology: Topology) -> Finding:
    """Change each parameter, and compare the secret's content with what the cluster is sent.

    A secret whose content changes needs another name for it: the cluster then gets a new value, and
    a rollback finds the old secret as it was. With one name for both, the previous value may be
    read as the new one and nothing is sent, and a rollback generates a third password. The tasks
    that log in as the cluster's user must have its password.
    """
    stack = topology.stack
    if not topology.databases:
        return absent("there is no database")
    changes = password_changes(stack, _read_by_tasks(topology))
    faults = (
        *changes.lost,
        *changes.retained,
        *wrong_logins(topology),
        *(
            f"{cluster} reads {secret}, and does not wait for it"
            for cluster, secret in unordered_reads(topology)
        ),
    )
    if faults:
        return broken(faults[0], *faults)
    open_ = [
        *(
            f"no value of {name} changes the password: those that were tried do not"
            for name in changes.undecided
        ),
        *(
            f"{secret}, which the tasks read, holds another password than the one {name} changes"
            for name, secret in changes.stale
        ),
        *(
            f"{cluster} has the password that the tasks log in with, which is not in the template"
            for cluster in unseen_passwords(topology)
            if not changes.stale
        ),
        # What the handler of clusters does with a changed secret is known, that of instances not.
        *(
            f"a new password in the secret of {database.logical_id} is sent to it"
            for database in topology.databases
            if not database.is_cluster
            and database.properties.text("MasterUserPassword").startswith("{{resolve:")
        ),
    ]
    lines = [f"{cluster}: reads {secret}" for cluster, secret in secrets_read(stack)]
    if open_:
        return conditional(f"if {', and '.join(open_)}", *lines)
    return kept("what changes a secret's content changes its name, or is sent as it is", *lines)


def _read_by_tasks(topology: Topology) -> set[str]:
    return {
        secret.source
        for service in topology.services
        for secret in service.secrets
        if secret.source in topology.stack.resources and not secret.from_ssm
    }
