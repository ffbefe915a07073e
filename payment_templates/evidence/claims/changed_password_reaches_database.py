"""Checks that a changed password reaches the database, also between generated and given ones."""

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
    """Check that every parameter that changes a secret also changes the database's password.

    If the content of a secret changes, its name must change too: the cluster then gets the new
    password, and a rollback finds the old secret unchanged. If the name stays the same,
    CloudFormation may read the new password as the previous one and send nothing, and a rollback
    generates a third password. Tasks that log in as the master user must have its password.
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
            f"{cluster} reads {secret}, but does not depend on it"
            for cluster, secret in unordered_reads(topology)
        ),
    )
    if faults:
        return broken(faults[0], *faults)
    open_ = [
        *(
            f"no value of {name} changes the password: none of the tested ones does"
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
        # CloudFormation's handler for instances is not public, unlike the one for clusters.
        *(
            f"CloudFormation sends {database.logical_id} a new password in its secret"
            for database in topology.databases
            if not database.is_cluster
            and database.properties.text("MasterUserPassword").startswith("{{resolve:")
        ),
    ]
    lines = [f"{cluster}: reads {secret}" for cluster, secret in secrets_read(stack)]
    if open_:
        return conditional(f"if {', and '.join(open_)}", *lines)
    return kept(
        "a change of a secret's content also changes its name, or the password itself is sent",
        *lines,
    )


def _read_by_tasks(topology: Topology) -> set[str]:
    return {
        secret.source
        for service in topology.services
        for secret in service.secrets
        if secret.source in topology.stack.resources and not secret.from_ssm
    }
